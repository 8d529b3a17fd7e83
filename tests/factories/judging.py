"""Rounds at a wanted state, reached through the real actions."""

from competitions.actions import confirm_instrument
from competitions.models import Criterion, Edition, StageKind
from entries.models import Entry
from entries.states import EntryStatus
from judging.actions.panel import appoint_judge, assign_judges, declare_conflicts, sign_pledge
from judging.actions.round import close_round, compute_provisional, confirm_shares, open_round
from judging.actions.sheet import hand_in_assignment, save_marks
from judging.models import Assignment, Judge, Round, RoundInstrument, TieBreaker
from judging.states import RoundKind
from kiks.models import User
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at
from tests.factories.people import make_committee_user, make_user


def make_round(edition: Edition, committee: User, *, cutoff: int | None = 1, **fields: object) -> Round:
    """A desk round of KIPP 60 and KIJB 40, instruments and shares confirmed, still in preparation."""
    round_ = Round.objects.create(
        **{"edition": edition, "code": "desk", "name": "Penilaian proposal", "kind": RoundKind.DESK, "cutoff": cutoff}
        | fields
    )
    for position, (code, share) in enumerate([("kipp", 60), ("kijb", 40)], 1):
        instrument = edition.instruments.get(code=code)
        RoundInstrument.objects.create(round=round_, instrument=instrument, share=share, position=position)
        if not instrument.confirmed_at:
            confirm_instrument(instrument, by=committee, source="Keputusan uji")
    TieBreaker.objects.create(
        round=round_, position=1, criterion=Criterion.objects.get(instrument__edition=edition, code="signifikansi")
    )
    confirm_shares(round_, by=committee, source="Keputusan uji")
    return round_


def make_panel(edition: Edition, committee: User, count: int) -> list[Judge]:
    """Judges J1 ... who have signed the pakta integritas."""
    judges = []
    for _ in range(count):
        user = make_user("Juri Uji")
        judge = appoint_judge(by=committee, edition=edition, user=user, institution="Perguruan tinggi")
        judges.append(sign_pledge(judge, by=user))
    return judges


def open_desk_round(*, entries: int = 2, judges: int = 1, cutoff: int | None = 1) -> Round:
    """An open desk round in which every judge has said that there is no conflict."""
    committee = make_committee_user()
    edition = make_edition(StageKind.SUBMISSION)
    for _ in range(entries):
        entry_at(EntryStatus.PASSED, edition=edition)
    round_ = make_round(edition, committee, cutoff=cutoff)
    panel = make_panel(edition, committee, judges)
    assign_judges(round_, by=committee)
    round_ = open_round(round_, by=committee)
    for judge in panel:
        declare_conflicts(judge, round_, by=judge.user, conflicts={})
    return round_


def mark_all(assignment: Assignment, mark: str = "80") -> None:
    """Fill every sheet of an assignment with the same mark."""
    for sheet in assignment.sheets.all():
        codes = sheet.instrument.criteria.values_list("code", flat=True)
        save_marks(sheet, by=assignment.judge.user, values=dict.fromkeys(codes, mark))


def hand_in_all(round_: Round, marks: dict[str, str] | None = None) -> None:
    """Every judge hands in everything; `marks` maps entry numbers to the mark that all criteria get (default 80)."""
    for assignment in round_.assignments.select_related("entry", "judge__user"):
        mark_all(assignment, (marks or {}).get(assignment.entry.number, "80"))
        hand_in_assignment(assignment, by=assignment.judge.user)


def settling_round(marks: dict[str, str] | None = None, **fields: int) -> Round:
    """A round whose sheets are locked and whose provisional ranking is computed."""
    round_ = open_desk_round(**fields)
    hand_in_all(round_, marks)
    committee = round_.opened_by
    round_ = close_round(round_, by=committee)
    compute_provisional(round_, by=committee)
    return round_


def entry_of(round_: Round, number: str) -> Entry:
    return Entry.objects.get(edition=round_.edition, number=number)
