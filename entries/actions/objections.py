"""Objections (sanggahan) against the outcome of the administrative screening."""

from entries.actions.deciding import locked_entry, set_status, take_participation_again, tell_members
from entries.models import Entry, Objection
from entries.permissions import check_can_decide_objection, check_can_grant_objection, check_can_raise_objection
from entries.states import ENTRY_TRANSITIONS, OBJECTION_TRANSITIONS, EntryStatus, ObjectionStatus
from kiks import audit, clock, storage
from kiks.models import User
from kiks.states import check_transition
from kiks.texts import sha256_of
from kiks.wording import required


def raise_objection(entry: Entry, *, by: User, text: str, document: bytes | None = None) -> Objection:
    """The unit's one objection; `document` is a PDF that `kiks.uploads.read_pdf` has accepted."""
    text = required(text, "Tulis sanggahan Anda: butir mana yang keliru, dan apa buktinya.")
    with audit.act(by):
        entry = locked_entry(entry)
        now = clock.now()
        check_can_raise_objection(by, entry, now)
        objection = Objection.objects.create(
            entry=entry,
            text=text,
            document=storage.store(document, content_type="application/pdf") if document else None,
            raised_at=now,
            raised_by=by,
        )
        audit.record("objection.raised", objection, chain=entry.edition.code, by=by, text_sha256=sha256_of(text))
        tell_members(entry, "objection_received.txt", objection)
    return objection


def decide_objection(objection: Objection, *, by: User, granted: bool, reason: str) -> Objection:
    """A granted objection passes the entry; the screening itself stays on record."""
    reason = required(reason, "Tulis alasan keputusan, agar unit memahaminya.")
    with audit.act(by):
        entry = locked_entry(objection.entry)
        objection = Objection.objects.select_for_update().get(pk=objection.pk)
        objection.entry = entry
        now = clock.now()
        check_can_decide_objection(by, objection)
        if granted:
            check_can_grant_objection(by, objection, now)
        new = ObjectionStatus.GRANTED if granted else ObjectionStatus.DISMISSED
        check_transition(OBJECTION_TRANSITIONS, objection.status, new)
        objection.status, objection.reason = new, reason
        objection.decided_at, objection.decided_by = now, by
        objection.save(update_fields=["status", "reason", "decided_at", "decided_by"])
        if granted:
            check_transition(ENTRY_TRANSITIONS, entry.status, EntryStatus.PASSED)
            take_participation_again(entry)
            set_status(entry, EntryStatus.PASSED)
        audit.record(f"objection.{new}", objection, chain=entry.edition.code, by=by, reason_sha256=sha256_of(reason))
        tell_members(entry, "screening_objection.txt", objection)
    return objection
