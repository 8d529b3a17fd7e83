"""From the first draft of an entry to its submission and withdrawal."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from competitions.models import Edition
from entries.actions.writing import locked, writing
from entries.eligibility import Failure, Reason, sentence
from entries.models import Attachment, Entry, EntryVersion, Innovation, Participation, ServiceUnit
from entries.permissions import (
    check_can_start_entry,
    check_can_submit_entry,
    check_can_withdraw_entry,
)
from entries.queries import (
    entry_failures,
    free_ordinal,
    identity_token,
    next_number,
    working_content,
    years_entered,
)
from entries.states import ENTRY_TRANSITIONS, EntryStatus
from kiks import audit, clock, mail, storage
from kiks.exceptions import RuleBrokenError, StaleVersionError
from kiks.models import User
from kiks.states import check_transition
from kiks.texts import sha256_of, to_json
from kiks.uploads import MEGABYTE, too_large

INNOVATION_FIELDS = frozenset(
    {"short_name", "expansion", "initiated_on", "trialled_on", "implemented_on", "is_digital"}
)
ENTRY_FIELDS = frozenset({"category", "tpb", "team", "decree_number", "video_url"})
SUBMISSION_FIELDS = [
    "number",
    "status",
    "current_version",
    "statement_accepted",
    "submitted_at",
    "submitted_by",
    "withdrawn_at",
    "withdrawn_by",
]
NO_SUCH_RULE = "Edisi ini tidak meminta lampiran itu. Buka lagi halaman Lampiran, lalu pilih dari yang tersedia."
WITHIN_LIMIT = "entries_participation_within_limit"


def start_entry(
    *,
    by: User,
    unit: ServiceUnit,
    edition: Edition,
    innovation: Innovation | None,
    short_name: str = "",
    expansion: str = "",
) -> Entry:
    """A draft; of `innovation`, or of a new one with the names given."""
    with audit.act(by):
        check_can_start_entry(by, unit, edition, clock.now())
        if innovation is None:
            innovation = Innovation.objects.create(
                unit=unit, short_name=short_name, expansion=expansion, is_demo=edition.is_demo
            )
        else:
            innovation = _innovation_to_enter(innovation, unit, edition)
        entry = Entry.objects.create(innovation=innovation, edition=edition, is_demo=edition.is_demo)
        audit.record("entry.started", entry, chain=edition.code, by=by)
    return entry


def _innovation_to_enter(innovation: Innovation, unit: ServiceUnit, edition: Edition) -> Innovation:
    innovation = Innovation.objects.select_for_update().get(pk=innovation.pk)
    if innovation.unit_id != unit.pk:
        raise RuleBrokenError("Inovasi ini milik unit lain. Pilih inovasi unit Anda.")
    if Entry.objects.filter(innovation=innovation, edition=edition).exists():
        raise RuleBrokenError("Inovasi ini sudah memiliki usulan pada edisi ini. Buka usulan itu pada Usulan saya.")
    if len(years_entered(innovation, edition)) >= edition.participation_limit:
        raise RuleBrokenError(_used_up(innovation, edition))
    return innovation


def _used_up(innovation: Innovation, edition: Edition) -> str:
    years, limit = years_entered(innovation, edition), edition.participation_limit
    return sentence(Failure(reason=Reason.PARTICIPATION_LIMIT, actual=len(years), limit=limit, years=years))


def save_identity(entry: Entry, *, by: User, data: dict[str, Any], seen: str | None = None) -> Entry:
    """Save the fields in `data`; `seen` is the `identity_token` that the writer saw, against a second tab."""
    unknown = data.keys() - INNOVATION_FIELDS - ENTRY_FIELDS - {"transformations"}
    if unknown:
        raise ValueError(f"These are no fields of the identity: {sorted(unknown)}.")
    with writing(entry, by) as (entry, now):
        if seen is not None and seen != identity_token(entry):
            raise StaleVersionError(
                f"Data ini diubah oleh {entry.edited_by} sejak Anda membukanya. Periksa isian Anda, lalu simpan lagi.",
                current=entry,
            )
        for name in data.keys() & INNOVATION_FIELDS:
            setattr(entry.innovation, name, data[name])
        for name in data.keys() & ENTRY_FIELDS:
            setattr(entry, name, data[name])
        entry.innovation.save(update_fields=sorted(data.keys() & INNOVATION_FIELDS))
        entry.edited_at, entry.edited_by = now, by
        entry.save(update_fields=[*(data.keys() & ENTRY_FIELDS), "edited_at", "edited_by"])
        if "transformations" in data:
            entry.transformations.set(data["transformations"])
    return entry


def add_attachment(entry: Entry, *, by: User, kind: str, name: str, content: bytes) -> Attachment:
    """Attach a PDF that `kiks.uploads.read_pdf` has accepted, as the rule of the edition with the code `kind` allows.

    Where the rule allows one file, the new one takes the place of the old one.
    """
    with writing(entry, by) as (entry, now):
        rule = entry.edition.attachment_rules.filter(code=kind).first()
        if rule is None:
            raise RuleBrokenError(NO_SUCH_RULE)
        if len(content) > rule.max_megabytes * MEGABYTE:
            raise RuleBrokenError(too_large(len(content), rule.max_megabytes * MEGABYTE))
        document = storage.store(content, content_type="application/pdf")
        present = entry.attachments.filter(kind=kind, removed_at__isnull=True)
        if present.filter(document=document).exists():
            raise RuleBrokenError("Berkas yang sama sudah dilampirkan. Pilih berkas lain.")
        if rule.max_files == 1:
            present.update(removed_at=now, removed_by=by)
        elif present.count() >= rule.max_files:
            raise RuleBrokenError(
                f"{rule.name} sudah berisi {rule.max_files} berkas, jumlah terbanyak."
                " Hapus salah satu sebelum mengunggah yang lain."
            )
        return Attachment.objects.create(
            entry=entry, kind=kind, name=name, document=document, uploaded_at=now, uploaded_by=by
        )


def remove_attachment(attachment: Attachment, *, by: User) -> Attachment:
    """Take the attachment off the working text; versions that used it keep it."""
    with writing(attachment.entry, by) as (_, now):
        attachment = Attachment.objects.get(pk=attachment.pk)
        if attachment.removed_at is None:
            attachment.removed_at, attachment.removed_by = now, by
            attachment.save(update_fields=["removed_at", "removed_by"])
    return attachment


def submit_entry(entry: Entry, *, by: User, statement: bool) -> Entry:
    """Freeze the working text as a version that counts; raises RuleBrokenError with every reason why not.

    Locks, always in this order: the numbering of the edition (it also keeps the counts of unit and agency true), the
    edition shared (whoever closes a stage takes it alone, and counts what is in), the innovation (it may be entered in
    another edition at this moment), the entry.
    """
    with audit.act(by):
        _lock_for_submission(entry)
        entry = locked(entry)
        now = clock.now()
        check_can_submit_entry(by, entry, now)
        check_transition(ENTRY_TRANSITIONS, entry.status, EntryStatus.SUBMITTED)
        sentences = entry_failures(entry, now, statement=statement)
        if sentences:
            raise RuleBrokenError(*sentences)
        _take_participation(entry)
        entry.number = entry.number or next_number(entry.edition)
        version = _freeze(entry, by, now)
        entry.status, entry.current_version, entry.statement_accepted = EntryStatus.SUBMITTED, version, statement
        entry.submitted_at, entry.submitted_by = now, by
        entry.withdrawn_at = entry.withdrawn_by = None
        entry.save(update_fields=SUBMISSION_FIELDS)
        audit.record(
            "entry.submitted",
            entry,
            chain=entry.edition.code,
            by=by,
            number=entry.number,
            version=version.ordinal,
            digest=version.digest,
        )
        _tell_members(entry, "entry_submitted.txt", version=version)
    return entry


def withdraw_entry(entry: Entry, *, by: User) -> Entry:
    """Take the entry back before the closing; its number stays, its participation is free again."""
    with audit.act(by):
        _lock_for_submission(entry)
        entry = locked(entry)
        now = clock.now()
        check_can_withdraw_entry(by, entry, now)
        check_transition(ENTRY_TRANSITIONS, entry.status, EntryStatus.WITHDRAWN)
        entry.status = EntryStatus.WITHDRAWN
        entry.withdrawn_at, entry.withdrawn_by = now, by
        entry.save(update_fields=["status", "withdrawn_at", "withdrawn_by"])
        Participation.objects.filter(innovation=entry.innovation, edition=entry.edition).delete()
        audit.record("entry.withdrawn", entry, chain=entry.edition.code, by=by, number=entry.number)
        _tell_members(entry, "entry_withdrawn.txt")
    return entry


def _lock_for_submission(entry: Entry) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('entries.number'), %s)", [entry.edition_id])
        # The ORM has no FOR SHARE. Held by those only whose turn it is: whoever closes the stage waits for one of them.
        cursor.execute("SELECT 1 FROM competitions_edition WHERE id = %s FOR SHARE", [entry.edition_id])
    Innovation.objects.select_for_update().get(pk=entry.innovation_id)


def _take_participation(entry: Entry) -> None:
    """One of the innovation's participations, unless this entry holds one; the database has the last word."""
    if entry.innovation.participations.filter(edition=entry.edition).exists():
        return
    ordinal = free_ordinal(entry.innovation)
    try:
        with transaction.atomic():
            Participation.objects.create(innovation=entry.innovation, edition=entry.edition, ordinal=ordinal)
    except IntegrityError as error:
        if error.__cause__.diag.constraint_name != WITHIN_LIMIT:
            raise
        raise RuleBrokenError(_used_up(entry.innovation, entry.edition)) from error


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
