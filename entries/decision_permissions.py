"""Who may decide on entries in the screening, and until when."""

from datetime import datetime

from competitions.models import Edition
from entries.announcements import SECRET_UNTIL_ANNOUNCED, is_decided
from entries.identities import own_group
from entries.models import Entry, Innovation, ProposedRejection
from entries.permissions import is_member, writing_ends_at
from entries.second_person import has_lapsed, waiting_proposal, waiting_sentence
from entries.states import EntryStatus, ProposalStatus
from kiks.access import check_is_committee
from kiks.exceptions import RuleBrokenError, WrongStateError
from kiks.formats import indonesian_datetime
from kiks.models import User


def check_not_announced(edition: Edition) -> None:
    """From the issue of the announcement on its outcome stands."""
    if is_decided(edition):
        raise WrongStateError(
            "Pengumuman seleksi administrasi edisi ini sudah diterbitkan, sehingga hasilnya tidak dapat diubah lagi"
            " kecuali melalui sanggahan."
        )


def _check_of_another_unit(user: User, entry: Entry, task: str) -> None:
    """Nobody of the committee has a part in the outcome of a unit in which they act themselves."""
    check_is_committee(user)
    if is_member(user, entry.innovation.unit):
        raise RuleBrokenError(f"Anda anggota unit pengusul. Minta anggota panitia lain {task}.")


def check_can_decide_twins(user: User, innovation: Innovation, other: Innovation) -> None:
    """Nobody says of a unit in which they act themselves what its innovation is; nothing changes what was announced."""
    check_is_committee(user)
    if innovation.pk == other.pk:
        raise RuleBrokenError("Pilih dua inovasi yang berbeda untuk dibandingkan.")
    if is_member(user, innovation.unit) or is_member(user, other.unit):
        raise RuleBrokenError("Anda anggota salah satu unit pengusul. Minta anggota panitia lain memutuskannya.")
    sent = Entry.objects.filter(innovation__in=own_group(innovation, other)).exclude(status=EntryStatus.DRAFT)
    newest = sent.select_related("edition").order_by("-edition__year", "-edition").first()
    if newest:
        check_not_announced(newest.edition)


def check_can_screen(user: User, entry: Entry) -> None:
    """Nobody screens an entry whose rejection waits for a second person."""
    _check_of_another_unit(user, entry, "memeriksa usulan ini")
    if entry.status != EntryStatus.SUBMITTED:
        raise WrongStateError(
            f"Usulan ini berstatus “{entry.get_status_display()}”, tidak sedang menunggu pemeriksaan."
        )
    check_not_announced(entry.edition)
    _check_no_proposal(entry)


def _check_no_proposal(entry: Entry) -> None:
    if proposal := waiting_proposal(entry):
        raise WrongStateError(waiting_sentence(proposal))


def check_can_reject_overdue(user: User, entry: Entry, now: datetime) -> None:
    """A correction that never came is refused once its date has passed, and not a moment earlier."""
    _check_of_another_unit(user, entry, "memutuskan usulan ini")
    if entry.status != EntryStatus.RETURNED:
        raise WrongStateError("Usulan ini tidak sedang menunggu perbaikan.")
    ends_at = writing_ends_at(entry)
    if now < ends_at:
        raise RuleBrokenError(f"Unit masih dapat mengirim perbaikan sampai {indonesian_datetime(ends_at)}.")
    check_not_announced(entry.edition)
    _check_no_proposal(entry)


def check_can_decide_proposal(user: User, proposal: ProposedRejection) -> None:
    """The second person is another one than the first, and nobody of the unit."""
    _check_of_another_unit(user, proposal.entry, "memutuskan usul ini")
    if proposal.proposed_by_id == user.pk:
        raise RuleBrokenError("Usul ini Anda buat sendiri. Anggota panitia lain yang memutuskannya.")
    _check_proposal_waits(proposal)


def check_can_take_back_proposal(user: User, proposal: ProposedRejection) -> None:
    check_is_committee(user)
    if proposal.proposed_by_id != user.pk:
        raise RuleBrokenError(f"Usul ini dibuat {proposal.proposed_by}. Hanya pengusulnya yang dapat menariknya.")
    _check_proposal_waits(proposal)


def _check_proposal_waits(proposal: ProposedRejection) -> None:
    if proposal.status != ProposalStatus.PROPOSED:
        raise WrongStateError(
            f"Usul ini sudah diputuskan {proposal.decided_by} {indonesian_datetime(proposal.decided_at)}:"  # type: ignore[arg-type]
            f" {proposal.get_status_display().lower()}."
        )
    if has_lapsed(proposal):
        raise WrongStateError(
            "Usul ini sudah gugur, karena unit mengirim versi baru atau menarik usulannya sejak usul dibuat."
        )
    check_not_announced(proposal.entry.edition)


def check_can_reopen_screening(user: User, entry: Entry) -> None:
    """Until the announcement a decision may be taken up again, by anybody who may decide on the entry."""
    _check_of_another_unit(user, entry, "membuka kembali pemeriksaan ini")
    if entry.status not in SECRET_UNTIL_ANNOUNCED:
        raise WrongStateError(
            f"Usulan ini berstatus “{entry.get_status_display()}”, sehingga tidak ada keputusan yang dapat dibuka"
            " kembali."
        )
    check_not_announced(entry.edition)
