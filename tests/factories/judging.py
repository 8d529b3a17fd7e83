"""Rounds at a wanted state, reached through the real actions."""

from competitions.actions import confirm_edition_rules, confirm_instrument
from competitions.models import Criterion, Edition, StageKind
from entries.models import Entry
from entries.states import EntryStatus
from judging.actions.assignment import assign_judges
from judging.actions.panel import appoint_judge, declare_conflicts, sign_pledge
from judging.actions.publication import publish_edition
from judging.actions.record import issue_record
from judging.actions.result import confirm_round
from judging.actions.round import close_round, compute_provisional, confirm_shares, open_round
from judging.actions.sheet import hand_in_assignment, save_marks
from judging.models import Assignment, Judge, Round, RoundComponent, RoundInstrument, TieBreaker
from judging.queries import standing_rankings
from judging.states import RoundKind
from kiks import clock
from kiks.models import User
from tests.factories.announcements import announced
from tests.factories.editions import make_edition, make_instrument
from tests.factories.entries import entry_at
from tests.factories.people import make_committee_user, make_user


def make_round(edition: Edition, committee: User, *, cutoff: int | None = 1, **fields: object) -> Round:
    """A desk round of KIPP 60 and KIJB 40, rules, instruments and shares confirmed, still in preparation."""
    if not edition.rules_confirmed_at:
        edition = confirm_edition_rules(edition, by=committee, source="Keputusan uji")
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
    return confirm_shares(round_, by=committee, source="Keputusan uji")


def make_panel(edition: Edition, committee: User, count: int) -> list[Judge]:
    """Judges J1 ... who have signed the pakta integritas."""
    judges = []
    for _ in range(count):
        user = make_user("Juri Uji")
        judge = appoint_judge(by=committee, edition=edition, user=user, institution="Perguruan tinggi")
        judges.append(sign_pledge(judge, by=user))
    return judges


def open_desk_round(
    *, entries: int = 2, judges: int = 1, cutoff: int | None = 1, edition: Edition | None = None
) -> Round:
    """An open desk round, after the announcement of the screening; no judge has a conflict."""
    committee = make_committee_user()
    edition = edition or make_edition(StageKind.SUBMISSION)
    for _ in range(entries):
        entry_at(EntryStatus.PASSED, edition=edition)
    if edition.stages.filter(kind=StageKind.SCREENING).exists():
        announced(edition, objection_days=0)
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


def published_edition(marks: dict[str, str] | None = None, *, entries: int = 3, judges: int = 2) -> Edition:
    """A whole competition: desk round to two finalists, presentation, final with one winner, records, publication."""
    desk = settling_round(marks or {"001": "70", "002": "80", "003": "90"}, entries=entries, judges=judges, cutoff=2)
    edition, committee = desk.edition, desk.opened_by
    presentation = make_presentation_round(desk, committee)
    final = make_final_round(desk, presentation, committee)
    confirm_round(desk, by=committee)
    run_round(presentation, committee)
    open_round(final, by=committee)
    close_round(final, by=committee)
    compute_provisional(final, by=committee)
    confirm_round(final, by=committee)
    for round_ in (desk, final):
        for ranking in standing_rankings(round_):
            issue_record(ranking, by=committee)
    publish_edition(edition, by=committee, visible_from=clock.now())
    return edition


def make_presentation_round(desk: Round, committee: User) -> Round:
    instrument = make_instrument(desk.edition, "presentasi", {"substansi": 70, "penyampaian": 30})
    confirm_instrument(instrument, by=committee, source="Keputusan uji")
    round_ = Round.objects.create(
        edition=desk.edition, code="presentation", name="Presentasi", kind=RoundKind.PRESENTATION, source=desk
    )
    RoundInstrument.objects.create(round=round_, instrument=instrument, share=100)
    return confirm_shares(round_, by=committee, source="Keputusan uji")


def make_final_round(desk: Round, presentation: Round, committee: User) -> Round:
    final = Round.objects.create(edition=desk.edition, code="final", name="Nilai akhir", kind=RoundKind.FINAL, cutoff=1)
    for position, (source, share) in enumerate([(desk, 60), (presentation, 40)], 1):
        RoundComponent.objects.create(round=final, source=source, share=share, position=position)
    TieBreaker.objects.create(round=final, position=1, source=presentation)
    return confirm_shares(final, by=committee, source="Keputusan uji")


def run_round(round_: Round, committee: User) -> None:
    """Assign, open, mark everything with the number of the judge, lock, compute, confirm."""
    assign_judges(round_, by=committee)
    round_ = open_round(round_, by=committee)
    for judge in round_.edition.judges.select_related("user"):
        declare_conflicts(judge, round_, by=judge.user, conflicts={})
    hand_in_all(round_)
    close_round(round_, by=committee)
    compute_provisional(round_, by=committee)
    confirm_round(round_, by=committee)
