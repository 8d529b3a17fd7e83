"""Who may do what in judging: a check raises PermissionDenied (not your business) or RuleBrokenError (not now)."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied

from entries.models import Entry
from entries.permissions import check_is_member
from entries.states import EntryStatus
from judging import visibility
from judging.models import Assignment, Judge, PaperTyping, Presentation, PresentationDay, Round, ScoreSheet
from judging.queries import counting, known_presentations, phase_of
from judging.states import ConflictAnswer, RoundKind, RoundStatus, TypingStatus
from kiks.access import check_is_committee, is_committee
from kiks.exceptions import RuleBrokenError
from kiks.formats import indonesian_datetime
from kiks.models import User
from kiks.navigation import RoleLink


class NotJudgingError(RuleBrokenError):
    """The judge stepped back from the entry or was released from it: its sheets are gone for good."""


def role_links(user: User) -> list[RoleLink]:
    """The judge's place in the header."""
    return [RoleLink("judging:my_entries", "Penilaian saya")] if is_judge(user) else []


def is_judge(user: User) -> bool:
    """Whether the user sits on any panel."""
    return user.is_authenticated and user.judgeships.exists()


def may_read_entry(user: User, entry: Entry) -> bool:
    """Whether the user reads the entry as its judge: after pledge and conflict question, until stepping back."""
    return (
        Assignment.objects.filter(
            entry=entry,
            judge__user=user,
            released_at__isnull=True,
            judge__pledged_at__isnull=False,
            conflict=ConflictAnswer.NONE,
        )
        .exclude(judge__recusals__entry=entry)
        .exists()
    )


def check_is_own(user: User, judge: Judge) -> None:
    """Only the judge in person."""
    if judge.user_id != user.pk or not user.is_active:
        raise PermissionDenied


def check_can_pledge(user: User, judge: Judge) -> None:
    check_is_own(user, judge)
    if judge.pledged_at:
        raise RuleBrokenError("Pakta integritas sudah Anda tandatangani.")


def check_round_is_open(round_: Round) -> None:
    if round_.status != RoundStatus.OPEN:
        raise RuleBrokenError(f"Babak {round_.name} tidak sedang dibuka, sehingga penilaian tidak dapat diubah.")


def check_can_declare(user: User, judge: Judge, round_: Round) -> None:
    """Conflicts are declared before reading, and after the pledge."""
    check_is_own(user, judge)
    check_round_is_open(round_)
    if not judge.pledged_at:
        raise RuleBrokenError("Tandatangani pakta integritas terlebih dahulu.")


def check_can_mark(user: User, sheet: ScoreSheet) -> None:
    """The sheet's own judge, after pledge and conflict question, while round and sheet are open."""
    assignment = sheet.assignment
    check_can_judge(user, assignment)
    if sheet.handed_in_at:
        raise RuleBrokenError("Lembar ini sudah diserahkan. Minta panitia membukanya kembali bila ada yang keliru.")


def check_can_judge(user: User, assignment: Assignment) -> None:
    check_can_declare(user, assignment.judge, assignment.round)
    if assignment.released_at or assignment.is_recused:
        raise NotJudgingError("Anda tidak lagi menilai usulan ini.")
    if assignment.conflict != ConflictAnswer.NONE:
        raise RuleBrokenError("Jawab dahulu pertanyaan benturan kepentingan untuk usulan ini.")


def check_can_note(user: User, assignment: Assignment | None) -> None:
    """The own note on an entry that the judge may read: from the conflict question on, without an end."""
    if assignment is None:
        raise PermissionDenied
    check_is_own(user, assignment.judge)
    if assignment.released_at or assignment.is_recused:
        raise NotJudgingError("Anda tidak lagi menilai usulan ini.")
    if not assignment.judge.pledged_at or assignment.conflict != ConflictAnswer.NONE:
        raise RuleBrokenError("Jawab dahulu pertanyaan benturan kepentingan untuk usulan ini.")


def check_can_recuse(user: User, assignment: Assignment) -> None:
    """A judge steps back in person, until the sheets are locked."""
    check_can_declare(user, assignment.judge, assignment.round)
    if assignment.released_at or assignment.is_recused:
        raise RuleBrokenError("Anda sudah tidak menilai usulan ini.")


def check_can_change_panel(user: User, round_: Round) -> None:
    """Who judges what is the committee's business until the sheets are locked."""
    check_is_committee(user)
    if round_.status not in (RoundStatus.DRAFT, RoundStatus.OPEN):
        raise RuleBrokenError("Penilaian sudah ditutup. Setelah itu siapa yang menilai tidak dapat diubah lagi.")
    if round_.kind == RoundKind.FINAL:
        raise RuleBrokenError("Nilai akhir tidak memiliki lembar penilaian.")


def check_can_edit_round(user: User, round_: Round) -> None:
    """The rules of a round change while it is prepared and nobody stands for them."""
    check_is_committee(user)
    if round_.status != RoundStatus.DRAFT:
        raise RuleBrokenError("Babak ini sudah dibuka, sehingga aturannya tidak dapat diubah lagi.")
    if round_.shares_confirmed_at is not None:
        raise RuleBrokenError(
            f"Bobot babak ini sudah dikonfirmasi {round_.shares_confirmed_by} pada"
            f" {indonesian_datetime(round_.shares_confirmed_at)}. Cabut konfirmasinya sebelum mengubah aturan babak."
        )


def check_can_confirm_shares(user: User, round_: Round) -> None:
    check_is_committee(user)
    if round_.status != RoundStatus.DRAFT:
        raise RuleBrokenError("Babak sudah dibuka. Bobotnya tidak dapat diubah atau dikonfirmasi lagi.")


def check_can_revoke_shares(user: User, round_: Round) -> None:
    check_can_confirm_shares(user, round_)
    if round_.shares_confirmed_at is None:
        raise RuleBrokenError("Bobot babak ini belum dikonfirmasi, sehingga masih dapat diubah.")


def check_can_remind(user: User, round_: Round) -> None:
    check_is_committee(user)
    if round_.status != RoundStatus.OPEN:
        raise RuleBrokenError("Juri diingatkan selama penilaian dibuka.")


def check_can_reopen(user: User, sheet: ScoreSheet) -> None:
    check_is_committee(user)
    if sheet.assignment.round.status != RoundStatus.OPEN:
        raise RuleBrokenError("Penilaian sudah ditutup. Lembar yang terkunci tidak dapat dibuka lagi.")
    if not sheet.handed_in_at:
        raise RuleBrokenError("Lembar ini belum diserahkan, jadi juri masih dapat mengubahnya.")


def check_can_print_sheets(user: User, round_: Round, judge: Judge) -> None:
    """Empty sheets for the committee, and for the judge in person."""
    if judge.user_id != user.pk:
        check_is_committee(user)
    if round_.kind == RoundKind.FINAL:
        raise RuleBrokenError("Nilai akhir tidak memiliki lembar penilaian.")
    if round_.status != RoundStatus.OPEN:
        raise RuleBrokenError("Lembar kosong dicetak selama penilaian dibuka.")


def check_can_check_typing(user: User, assignment: Assignment) -> None:
    """Who types or compares sees marks of a judge: the committee, and nobody who judges in the edition."""
    check_is_committee(user)
    if user.judgeships.filter(edition=assignment.round.edition_id).exists():
        raise RuleBrokenError("Anda juri pada edisi ini, sehingga tidak dapat mengetik atau memeriksa lembar juri.")
    check_round_is_open(assignment.round)


def check_can_type(user: User, assignment: Assignment) -> None:
    """What the judge could hand in on the screen, the committee types from the judge's paper."""
    check_can_check_typing(user, assignment)
    label = assignment.judge.label
    if assignment.released_at or assignment.is_recused:
        raise RuleBrokenError(f"{label} tidak lagi menilai usulan ini, sehingga lembarnya tidak diketik.")
    if assignment.entry.status != EntryStatus.PASSED:
        raise RuleBrokenError("Usulan ini sudah meninggalkan babak, sehingga lembarnya tidak diketik.")
    if not assignment.judge.pledged_at:
        raise RuleBrokenError(f"{label} belum menandatangani pakta integritas. Lembarnya diketik setelah itu.")
    if assignment.conflict != ConflictAnswer.NONE:
        raise RuleBrokenError(
            f"{label} belum menjawab pertanyaan benturan kepentingan untuk usulan ini. Lembarnya diketik setelah itu."
        )


def check_can_withdraw_typing(user: User, assignment: Assignment, typings: Sequence[PaperTyping]) -> None:
    check_can_check_typing(user, assignment)
    if not typings:
        raise RuleBrokenError("Tidak ada ketikan yang menunggu orang kedua. Muat ulang halaman.")
    if any(typing.typed_by_id != user.pk for typing in typings):
        raise RuleBrokenError("Hanya pengetiknya sendiri yang dapat menarik ketikan ini.")


def check_can_read_scan(user: User, typing: PaperTyping) -> None:
    """A scan shows marks: its typist sees it while it waits, the rest of the committee what the table allows."""
    check_is_committee(user)
    round_ = typing.sheet.assignment.round
    if typing.typed_by_id == user.pk and typing.status == TypingStatus.TYPED:
        return
    if round_.status in (RoundStatus.DRAFT, RoundStatus.OPEN):
        raise PermissionDenied


def check_can_read_papers(user: User, round_: Round) -> None:
    """The committee reads sheets, and what is written on them, once none can change."""
    check_is_committee(user)
    phase = phase_of(round_, is_published=False)
    if not visibility.may_see(phase, visibility.Viewer.COMMITTEE, visibility.Item.OTHER_SHEET):
        raise RuleBrokenError("Lembar penilaian terbuka bagi panitia setelah penilaian ditutup.")


def check_can_settle(user: User, round_: Round) -> None:
    check_is_committee(user)
    if round_.status != RoundStatus.SETTLING:
        raise RuleBrokenError("Nilai sama diputuskan setelah penilaian ditutup dan sebelum hasil ditetapkan.")


def check_can_correct(user: User, round_: Round) -> None:
    check_is_committee(user)
    if round_.kind == RoundKind.FINAL:
        raise RuleBrokenError("Nilai akhir ikut diperbaiki bila peringkat babak yang menjadi dasarnya diperbaiki.")
    if round_.status != RoundStatus.CLOSED:
        raise RuleBrokenError("Peringkat diperbaiki setelah hasil babak ditetapkan.")


def check_is_finalist(user: User, presentation: Presentation, now: datetime) -> None:
    """The unit's members, from the announcement on; before it there is nothing here, for nobody."""
    check_is_member(user, presentation.entry.innovation.unit)
    if not known_presentations(now).filter(pk=presentation.pk).exists():
        raise PermissionDenied


def check_can_prepare(user: User, presentation: Presentation, now: datetime) -> None:
    """The unit sends in what it presents until the deadline of the day, by the clock of the server."""
    check_is_finalist(user, presentation, now)
    if presentation.entry.status != EntryStatus.PASSED:
        raise RuleBrokenError("Usulan ini tidak lagi mengikuti presentasi, sehingga bahannya tidak dapat diubah.")
    if presentation.began_at or presentation.round.status in (RoundStatus.SETTLING, RoundStatus.CLOSED):
        raise RuleBrokenError("Presentasi sudah dimulai, sehingga bahannya tidak dapat diubah lagi.")
    closes_at = uploads_close_at(presentation.round)
    if closes_at and now >= closes_at:
        raise RuleBrokenError(
            f"Batas waktunya {indonesian_datetime(closes_at)} sudah lewat. Bila ada yang harus diubah,"
            f" hubungi panitia {presentation.round.edition.name} di Bagian Organisasi Sekretariat Daerah."
        )


def uploads_close_at(round_: Round) -> datetime | None:
    return PresentationDay.objects.filter(round=round_).values_list("uploads_close_at", flat=True).first()


def check_can_read_slides(user: User, presentation: Presentation, now: datetime) -> None:
    """The unit, the committee, and the judges to whom this presentation is assigned."""
    if is_committee(user) or _judges_presentation(user, presentation):
        return
    check_is_finalist(user, presentation, now)


def _judges_presentation(user: User, presentation: Presentation) -> bool:
    """After pledge and conflict question, until stepping back; nothing of a round in preparation."""
    mine = presentation.round.assignments.filter(
        entry=presentation.entry_id,
        judge__user=user,
        judge__pledged_at__isnull=False,
        conflict=ConflictAnswer.NONE,
    )
    return presentation.round.status != RoundStatus.DRAFT and counting(mine).exists()


def check_can_remind_finalists(user: User, round_: Round, now: datetime) -> None:
    check_is_committee(user)
    if not known_presentations(now).filter(round=round_).exists():
        raise RuleBrokenError("Finalis diingatkan setelah diumumkan. Unit belum mengetahui hasilnya.")
    closes_at = uploads_close_at(round_)
    if (closes_at and now >= closes_at) or round_.status in (RoundStatus.SETTLING, RoundStatus.CLOSED):
        raise RuleBrokenError("Batas waktu melengkapi bahan sudah lewat, sehingga finalis tidak diingatkan lagi.")
