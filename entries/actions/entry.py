"""The working text of an entry, from its first draft: identity and attachments; answers stand beside."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from competitions.models import Edition
from entries.actions.writing import writing
from entries.models import Attachment, Entry, Innovation, ServiceUnit
from entries.permissions import check_can_start_entry
from entries.queries import INNOVATION_FIELDS, identity_token, used_up, years_entered
from entries.states import EntryStatus
from kiks import audit, clock, storage
from kiks.exceptions import RuleBrokenError, StaleVersionError
from kiks.models import User
from kiks.uploads import MEGABYTE, too_large

ENTRY_FIELDS = frozenset({"category", "tpb", "team", "decree_number", "video_url"})
NO_SUCH_RULE = "Edisi ini tidak meminta lampiran itu. Buka lagi halaman Lampiran, lalu pilih dari yang tersedia."


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
        raise RuleBrokenError(used_up(innovation, edition))
    return innovation


def save_identity(entry: Entry, *, by: User, data: dict[str, Any], seen: str | None = None) -> Entry:
    """Save the fields in `data`; `seen` is the `identity_token` that the writer saw, against a second tab."""
    unknown = data.keys() - INNOVATION_FIELDS - ENTRY_FIELDS - {"transformations"}
    if unknown:
        raise ValueError(f"These are no fields of the identity: {sorted(unknown)}.")
    with writing(entry, by, *_sections_of(data)) as (entry, now):
        if seen is not None and seen != identity_token(entry):
            raise StaleVersionError(
                f"Data ini diubah oleh {entry.edited_by} sejak Anda membukanya. Periksa isian Anda, lalu simpan lagi.",
                current=entry,
            )
        for name in data.keys() & ENTRY_FIELDS:
            setattr(entry, name, data[name])
        _write_innovation(entry, {name: data[name] for name in data.keys() & INNOVATION_FIELDS})
        entry.edited_at, entry.edited_by = now, by
        entry.save(update_fields=[*(data.keys() & ENTRY_FIELDS), "unsent_identity", "edited_at", "edited_by"])
        if "transformations" in data:
            entry.transformations.set(data["transformations"])
    return entry


def _sections_of(data: dict[str, Any]) -> Iterator[str]:
    """The sections of the task list in which the fields stand."""
    if data.keys() - {"video_url"}:
        yield "identity"
    if "video_url" in data:
        yield "video"


def _write_innovation(entry: Entry, data: dict[str, Any]) -> None:
    """Names and dates go to the innovation, which lists and papers read; beside a submitted version they wait."""
    if entry.status in (EntryStatus.SUBMITTED, EntryStatus.RETURNED):
        words = {name: value.isoformat() if isinstance(value, date) else value for name, value in data.items()}
        entry.unsent_identity = {**(entry.unsent_identity or {}), **words}
        return
    for name, value in data.items():
        setattr(entry.innovation, name, value)
    entry.innovation.save(update_fields=sorted(data))


def add_attachment(entry: Entry, *, by: User, kind: str, name: str, content: bytes) -> Attachment:
    """Attach a PDF that `kiks.uploads.read_pdf` has accepted, as the rule of the edition with the code `kind` allows.

    Where the rule allows one file, the new one takes the place of the old one.
    """
    with writing(entry, by, "attachments") as (entry, now):
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
    with writing(attachment.entry, by, "attachments") as (_, now):
        attachment = Attachment.objects.get(pk=attachment.pk)
        if attachment.removed_at is None:
            attachment.removed_at, attachment.removed_by = now, by
            attachment.save(update_fields=["removed_at", "removed_by"])
    return attachment
