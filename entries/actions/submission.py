"""Submission, revision and withdrawal of an entry: what counts, from when on."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from entries.actions.deciding import give_up_participation, lock_innovation, own_participation
from entries.actions.identities import settle, share_identities
from entries.actions.putting_back import put_back
from entries.actions.reopening import lift_decision
from entries.actions.writing import locked
from entries.identities import entered_by_another, own_name
from entries.models import Entry, EntryVersion, Participation
from entries.permissions import (
    check_can_discard_revision,
    check_can_open_revision,
    check_can_submit_entry,
    check_can_withdraw_entry,
    open_sections,
)
from entries.queries import (
    INNOVATION_FIELDS,
    entry_failures,
    free_ordinal,
    next_number,
    used_up,
    working_content,
    written_identity,
)
from entries.revisions import section_titles, unsent_changes
from entries.secrecy import is_hidden
from entries.states import ENTRY_TRANSITIONS, EntryStatus
from kiks import audit, clock, mail
from kiks.exceptions import RuleBrokenError
from kiks.models import User
from kiks.states import check_transition
from kiks.texts import sha256_of, to_json

REVISION_FIELDS = ["revision_opened_at", "revision_opened_by"]
SUBMISSION_FIELDS = [
    "number",
    "status",
    "current_version",
    "statement_accepted",
    "unsent_identity",
    *REVISION_FIELDS,
    "submitted_at",
    "submitted_by",
    "withdrawn_at",
    "withdrawn_by",
]
LIFTED = "Unit mengubah atau menarik usulannya selagi tahap pengajuan masih dibuka."
WITHIN_LIMIT = "entries_participation_within_limit"


def submit_entry(entry: Entry, *, by: User, statement: bool) -> Entry:
    """Freeze the working text as a version that counts; raises RuleBrokenError with every reason why not.

    Locks, always in this order: the identities shared (a verdict on twins takes them alone), the numbering of the
    edition (it also keeps the counts of unit and agency true), the edition shared (whoever closes a stage takes it
    alone, and counts what is in), the innovation (it may be entered in another edition at this moment), the entry.
    """
    with audit.act(by):
        _lock_for_submission(entry)
        entry = locked(entry)
        now = clock.now()
        check_can_submit_entry(by, entry, now)
        _check_submittable(entry, by, now, statement=statement)
        _take_participation(entry)
        _write_innovation(entry)
        entry.number = entry.number or next_number(entry.edition)
        version = _freeze(entry, by, now)
        entry.status, entry.current_version, entry.statement_accepted = EntryStatus.SUBMITTED, version, statement
        entry.submitted_at, entry.submitted_by = now, by
        entry.withdrawn_at = entry.withdrawn_by = None
        entry.revision_opened_at = entry.revision_opened_by = None
        entry.save(update_fields=SUBMISSION_FIELDS)
        _record(entry, "entry.submitted", by)
        _tell_members(entry, "entry_submitted.txt", version=version)
    return entry


def _check_submittable(entry: Entry, by: User, now: datetime, *, statement: bool) -> None:
    """A revision keeps the status and must change something; a correction changes only what was opened for it."""
    if not entry.is_being_revised:
        check_transition(ENTRY_TRANSITIONS, entry.status, EntryStatus.SUBMITTED)
    elif not unsent_changes(entry):
        raise RuleBrokenError("Belum ada yang berubah. Ubah isinya dahulu, atau batalkan perubahan.")
    opened = open_sections(entry)
    if opened is not None:
        put_back(entry, set(section_titles(entry)) - opened, by=by, now=now)
    sentences = entry_failures(entry, now, statement=statement)
    if sentences:
        raise RuleBrokenError(*sentences)


def _write_innovation(entry: Entry) -> None:
    """Names and dates that waited beside the version become those of the innovation."""
    if entry.unsent_identity is None:
        return
    for name, value in written_identity(entry).items():
        setattr(entry.innovation, name, value)
    entry.innovation.save(update_fields=list(INNOVATION_FIELDS))
    entry.unsent_identity = None


def open_revision(entry: Entry, *, by: User) -> Entry:
    """Let the unit write again while the submitted version goes on to count; opening it twice is one act."""
    with audit.act(by):
        _lock_for_submission(entry)
        entry = locked(entry)
        now = clock.now()
        check_can_open_revision(by, entry, now)
        if entry.is_being_revised:
            return entry
        _lift_secret_decision(entry, by=by, now=now)
        entry.revision_opened_at, entry.revision_opened_by = now, by
        entry.save(update_fields=REVISION_FIELDS)
        _record(entry, "entry.revision_opened", by)
    return entry


def discard_revision(entry: Entry, *, by: User) -> Entry:
    """Close the revision and bring the working text back to the version that counts."""
    with audit.act(by):
        _lock_for_submission(entry)
        entry = locked(entry)
        now = clock.now()
        check_can_discard_revision(by, entry, now)
        put_back(entry, set(section_titles(entry)), by=by, now=now)
        entry.revision_opened_at = entry.revision_opened_by = None
        entry.save(update_fields=REVISION_FIELDS)
        _record(entry, "entry.revision_discarded", by)
    return entry


def _lift_secret_decision(entry: Entry, *, by: User, now: datetime) -> None:
    """A unit that changes or withdraws in time does not know that something was decided: it goes on as if it were not.

    Its act takes the decision up again, so that the screening sees what was sent last.
    """
    if is_hidden(entry, now):
        lift_decision(entry, entry.screenings.latest("attempt"), by=by, reason=LIFTED)


def _record(entry: Entry, kind: str, by: User) -> None:
    version = entry.current_version
    audit.record(
        kind,
        entry,
        chain=entry.edition.code,
        by=by,
        number=entry.number,
        version=version.ordinal,
        digest=version.digest,
    )


def withdraw_entry(entry: Entry, *, by: User) -> Entry:
    """Take the entry back before the closing; its number stays, its participation is free again."""
    with audit.act(by):
        _lock_for_submission(entry)
        entry = locked(entry)
        now = clock.now()
        check_can_withdraw_entry(by, entry, now)
        _lift_secret_decision(entry, by=by, now=now)
        check_transition(ENTRY_TRANSITIONS, entry.status, EntryStatus.WITHDRAWN)
        _write_innovation(entry)
        entry.status = EntryStatus.WITHDRAWN
        entry.withdrawn_at, entry.withdrawn_by = now, by
        entry.revision_opened_at = entry.revision_opened_by = None
        entry.save(update_fields=["status", "withdrawn_at", "withdrawn_by", "unsent_identity", *REVISION_FIELDS])
        give_up_participation(entry)
        audit.record("entry.withdrawn", entry, chain=entry.edition.code, by=by, number=entry.number)
        _tell_members(entry, "entry_withdrawn.txt")
    return entry


def _lock_for_submission(entry: Entry) -> None:
    share_identities()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('entries.number'), %s)", [entry.edition_id])
        # The ORM has no FOR SHARE. Held by those only whose turn it is: whoever closes the stage waits for one of them.
        cursor.execute("SELECT 1 FROM competitions_edition WHERE id = %s FOR SHARE", [entry.edition_id])
    lock_innovation(entry.innovation_id)


def _take_participation(entry: Entry) -> None:
    """One of the innovation's participations, unless this entry holds one; the database has the last word.

    An entry that lost its own to the same innovation under another name goes on without: the screening says so.
    """
    if entry.status in (EntryStatus.SUBMITTED, EntryStatus.RETURNED) or own_participation(entry).exists():
        return
    if another := entered_by_another(entry):
        raise RuleBrokenError(another)
    identity = entry.innovation.identity
    ordinal = free_ordinal(identity)
    try:
        with transaction.atomic():
            Participation.objects.create(
                innovation=identity, edition=entry.edition, ordinal=ordinal, recorded_for=own_name(entry.innovation)
            )
    except IntegrityError as error:
        if error.__cause__.diag.constraint_name != WITHIN_LIMIT:
            raise
        raise RuleBrokenError(used_up(entry.innovation, entry.edition)) from error
    settle(entry.innovation)


def _freeze(entry: Entry, by: User, now: datetime) -> EntryVersion:
    content = to_json(working_content(entry))
    return EntryVersion.objects.create(
        entry=entry,
        ordinal=entry.versions.count() + 1,
        content=content,
        digest=sha256_of(content),
        frozen_at=now,
        frozen_by=by,
    )


def _tell_members(entry: Entry, template: str, **context: Any) -> None:
    for member in entry.innovation.unit.members.filter(left_at__isnull=True).select_related("user"):
        mail.queue(template, to=member.user, entry=entry, **context)
