"""Database triggers of official tables: always enabled, and without the library's switch for ignoring them."""

from collections.abc import Sequence

import pgtrigger
from django.db import models
from pgtrigger import compiler

from kiks.states import Transitions, pairs


class OfficialTriggerSql(compiler.UpsertTriggerSql):
    """Like the library's SQL, but a session cannot ignore the trigger, and replication role does not skip it.

    The stock template asks the setting `pgtrigger.ignore`, which any SQL session may set.
    """

    def get_template(self) -> str:
        return """
            CREATE OR REPLACE FUNCTION {pgid}()
            RETURNS TRIGGER AS $$
                {declare}
                BEGIN
                    {func}
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS {pgid} ON {table};
            CREATE {constraint} TRIGGER {pgid}
                {when} {operation} ON {table}
                {timing}
                {referencing}
                FOR EACH {level} {condition}
                EXECUTE PROCEDURE {execute};
            ALTER TABLE {table} ENABLE ALWAYS TRIGGER {pgid};

            COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
        """


class OfficialMixin:
    """Compile a pgtrigger trigger with OfficialTriggerSql."""

    def compile(self, model: type[models.Model]) -> compiler.Trigger:
        compiled = super().compile(model)  # type: ignore[misc]
        kwargs = {key: value for key, value in compiled.sql.kwargs.items() if key != "ignore_func_name"}
        return compiler.Trigger(name=compiled.name, sql=OfficialTriggerSql(**kwargs))


class OfficialTrigger(OfficialMixin, pgtrigger.Trigger):
    """A trigger with a function of our own."""


class StatusTrigger(OfficialMixin, pgtrigger.FSM):
    """Only the steps of a status table, whoever updates the row."""

    def __init__(self, table: Transitions, *, field: str = "status") -> None:
        super().__init__(name=f"{field}_steps", field=field, transitions=pairs(table))


class Refuse(OfficialTrigger):
    """Refuse an operation for good."""

    def __init__(self, *, name: str, operation: pgtrigger.Operation) -> None:
        super().__init__(
            name=name,
            when=pgtrigger.Before,
            operation=operation,
            level=pgtrigger.Statement if operation == pgtrigger.Truncate else pgtrigger.Row,
            func="RAISE EXCEPTION '% on % is refused: official rows stay.', TG_OP, TG_TABLE_NAME;",
        )


def append_only() -> list[pgtrigger.Trigger]:
    """Rows may be added and never changed, deleted or truncated away."""
    return [
        Refuse(name="no_update", operation=pgtrigger.Update),
        Refuse(name="no_delete", operation=pgtrigger.Delete),
        Refuse(name="no_truncate", operation=pgtrigger.Truncate),
    ]


def never_deleted() -> list[pgtrigger.Trigger]:
    """Official rows stay (UU 43/2009): they may change by their actions and are never deleted or truncated away."""
    return append_only()[1:]


class CapturedTrigger(OfficialTrigger):
    """The trigger of `captured`; `hidden` names the columns that it keeps out of the chain."""

    hidden: tuple[str, ...] = ()


def captured(chain: str, *, without: Sequence[str] = ()) -> CapturedTrigger:
    """Append every change of a row to the audit chain.

    `chain` is an SQL expression over the row, called `item`, that gives the code of its edition.
    `without` names columns with personal text, which never enter the chain.
    """
    hidden = "ARRAY[" + ",".join(f"'{column}'" for column in without) + "]::text[]"
    trigger = CapturedTrigger(
        name="captured",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("item", "RECORD"), ("old_row", "JSONB"), ("new_row", "JSONB"), ("chain_code", "TEXT")],
        func=f"""
            IF TG_OP = 'DELETE' THEN item := OLD; ELSE item := NEW; END IF;
            IF TG_OP <> 'INSERT' THEN old_row := to_jsonb(OLD) - {hidden}; END IF;
            IF TG_OP <> 'DELETE' THEN new_row := to_jsonb(NEW) - {hidden}; END IF;
            IF old_row IS NOT DISTINCT FROM new_row THEN RETURN NULL; END IF;
            chain_code := ({chain});
            PERFORM kiks_append_event(
                chain_code, 'row.' || lower(TG_OP), TG_TABLE_NAME || ':' || item.id,
                NULLIF(current_setting('kiks.actor', true), '')::bigint,
                NULLIF(current_setting('kiks.moment', true), '')::timestamptz,
                jsonb_build_object('old', old_row, 'new', new_row));
            RETURN NULL;
        """,
    )
    trigger.hidden = tuple(without)
    return trigger
