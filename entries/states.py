"""Statuses of units, entries and screenings, and the steps between them."""

from django.db.models import TextChoices


class UnitStatus(TextChoices):
    KNOWN = "known", "Belum mendaftar"
    REGISTERED = "registered", "Menunggu verifikasi"
    RETURNED = "returned", "Perlu perbaikan"
    VERIFIED = "verified", "Terverifikasi"
    REJECTED = "rejected", "Ditolak"
    MERGED = "merged", "Digabung"


UNIT_TRANSITIONS = {
    UnitStatus.KNOWN: frozenset({UnitStatus.REGISTERED, UnitStatus.MERGED}),
    UnitStatus.REGISTERED: frozenset(
        {UnitStatus.VERIFIED, UnitStatus.RETURNED, UnitStatus.REJECTED, UnitStatus.MERGED}
    ),
    UnitStatus.RETURNED: frozenset({UnitStatus.REGISTERED, UnitStatus.REJECTED, UnitStatus.MERGED}),
    UnitStatus.VERIFIED: frozenset({UnitStatus.MERGED}),
    UnitStatus.REJECTED: frozenset({UnitStatus.REGISTERED, UnitStatus.MERGED}),
    UnitStatus.MERGED: frozenset(),
}


class EntryStatus(TextChoices):
    DRAFT = "draft", "Draf"
    SUBMITTED = "submitted", "Terkirim"
    RETURNED = "returned", "Perlu perbaikan"
    PASSED = "passed", "Lolos seleksi administrasi"
    REJECTED = "rejected", "Tidak lolos seleksi administrasi"
    WITHDRAWN = "withdrawn", "Ditarik kembali"
    DISQUALIFIED = "disqualified", "Didiskualifikasi"


ENTRY_TRANSITIONS = {
    EntryStatus.DRAFT: frozenset({EntryStatus.SUBMITTED}),
    EntryStatus.SUBMITTED: frozenset(
        {EntryStatus.PASSED, EntryStatus.RETURNED, EntryStatus.REJECTED, EntryStatus.WITHDRAWN}
    ),
    EntryStatus.RETURNED: frozenset({EntryStatus.SUBMITTED, EntryStatus.REJECTED, EntryStatus.WITHDRAWN}),
    # Until the announcement a decision may be taken up again; afterwards only a granted objection changes it.
    EntryStatus.PASSED: frozenset({EntryStatus.WITHDRAWN, EntryStatus.DISQUALIFIED, EntryStatus.SUBMITTED}),
    EntryStatus.REJECTED: frozenset({EntryStatus.PASSED, EntryStatus.SUBMITTED}),
    EntryStatus.WITHDRAWN: frozenset({EntryStatus.SUBMITTED}),
    EntryStatus.DISQUALIFIED: frozenset(),
}
# Whose text the entry holds: the unit may write while the entry is its own.
STATUS_OWNERS = {
    EntryStatus.DRAFT: "unit",
    EntryStatus.SUBMITTED: "committee",
    EntryStatus.RETURNED: "unit",
    EntryStatus.PASSED: "committee",
    EntryStatus.REJECTED: "committee",
    EntryStatus.WITHDRAWN: "unit",
    EntryStatus.DISQUALIFIED: "committee",
}


class ScreeningOutcome(TextChoices):
    PASSED = "passed", "Lolos"
    RETURNED = "returned", "Dikembalikan"
    REJECTED = "rejected", "Tidak lolos"


class ObjectionStatus(TextChoices):
    RAISED = "raised", "Menunggu keputusan"
    GRANTED = "granted", "Diterima"
    DISMISSED = "dismissed", "Tidak diterima"


OBJECTION_TRANSITIONS = {
    ObjectionStatus.RAISED: frozenset({ObjectionStatus.GRANTED, ObjectionStatus.DISMISSED}),
    ObjectionStatus.GRANTED: frozenset(),
    ObjectionStatus.DISMISSED: frozenset(),
}


class ProposalStatus(TextChoices):
    PROPOSED = "proposed", "Menunggu orang kedua"
    CONFIRMED = "confirmed", "Dikonfirmasi"
    DECLINED = "declined", "Tidak disetujui"
    TAKEN_BACK = "taken_back", "Ditarik pengusulnya"


PROPOSAL_TRANSITIONS = {
    ProposalStatus.PROPOSED: frozenset({ProposalStatus.CONFIRMED, ProposalStatus.DECLINED, ProposalStatus.TAKEN_BACK}),
    ProposalStatus.CONFIRMED: frozenset(),
    ProposalStatus.DECLINED: frozenset(),
    ProposalStatus.TAKEN_BACK: frozenset(),
}
