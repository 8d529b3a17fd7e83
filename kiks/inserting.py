"""Many new rows at once: the database's own bulk loading, with every trigger and constraint that any insert meets."""

from collections.abc import Sequence

from django.db import connection, models, transaction
from psycopg import sql


def insert_rows(instances: Sequence[models.Model]) -> None:
    """Insert unsaved instances of one model by COPY and give them their keys; the database fills in no defaults."""
    if not instances:
        return
    model = type(instances[0])
    fields = model._meta.concrete_fields
    names = [field.attname for field in fields]
    table = model._meta.db_table
    # What is wrong in the database must reach Django as its own error, and spoil the transaction.
    with transaction.atomic(savepoint=False), connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [table, model._meta.pk.column, len(instances)],
        )
        for instance, (pk,) in zip(instances, cursor.fetchall(), strict=True):
            instance.pk = pk
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(table), sql.SQL(", ").join(sql.Identifier(str(field.column)) for field in fields)
        )
        with cursor.copy(statement) as copy:
            for instance in instances:
                values = instance.__dict__
                copy.write_row([values[name] for name in names])
    for instance in instances:
        instance._state.adding, instance._state.db = False, connection.alias
