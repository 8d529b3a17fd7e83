"""Two people at the same moment: each sheet is typed once as the first and handed in once, whoever is faster."""

import pytest

from judging.actions.sheet import save_marks
from judging.actions.typing import confirm_typing, type_sheets
from judging.models import Mark, PaperTyping, ScoreSheet
from judging.states import SheetStatus
from kiks.exceptions import RuleBrokenError
from kiks.models import OutgoingMail
from tests.factories.judging import open_desk_round
from tests.factories.people import make_committee_user
from tests.factories.rush import Rush

pytestmark = pytest.mark.long


@pytest.fixture(autouse=True)
def _committed(committed_db, django_db_blocker):
    with django_db_blocker.unblock():
        yield


class Paper:
    def __init__(self) -> None:
        round_ = open_desk_round(entries=1, judges=1)
        self.assignment = round_.assignments.select_related("judge__user").get()
        self.first, *self.people = [make_committee_user(name) for name in ("Rina", "Asep", "Dewi", "Yusuf")]
        self.marks = {
            (sheet.pk, code): "80"
            for sheet in self.assignment.sheets.all()
            for code in sheet.instrument.criteria.values_list("code", flat=True)
        }
        self.done: list[object] = []
        self.refused: list[str] = []

    def type(self, by) -> None:
        self._try(lambda: type_sheets(self.assignment, by=by, marks=self.marks, comments={}))

    def confirm(self, by) -> None:
        self._try(lambda: confirm_typing(self.assignment, by=by, marks=self.marks))

    def mark(self) -> None:
        sheet = ScoreSheet.objects.order_by("pk").first()
        self._try(lambda: save_marks(sheet, by=self.assignment.judge.user, values={"ide": "70"}))

    def _try(self, act) -> None:
        try:
            self.done.append(act())
        except RuleBrokenError as error:
            self.refused.append(str(error))


def let_loose(acts) -> None:
    rush = Rush(acts)
    rush.begin()
    rush.finish()


def test_one_of_several_types_first():
    paper = Paper()
    let_loose([lambda person=person: paper.type(person) for person in paper.people])
    assert (len(paper.done), len(paper.refused)) == (1, 2)
    assert all("menunggu orang kedua" in sentence for sentence in paper.refused)
    assert PaperTyping.objects.count() == 2


def test_one_of_several_hands_in():
    paper = Paper()
    paper.type(paper.first)
    let_loose([lambda person=person: paper.confirm(person) for person in paper.people])
    assert (len(paper.done), len(paper.refused)) == (2, 2)
    assert OutgoingMail.objects.filter(template="judge_typed.txt").count() == 1
    assert Mark.objects.count() == 3


def test_the_judge_on_the_screen_or_the_second_person_but_never_both():
    paper = Paper()
    paper.type(paper.first)
    let_loose([paper.mark, lambda: paper.confirm(paper.people[0])])
    assert len(paper.refused) == 1
    handed_in = ScoreSheet.objects.filter(status=SheetStatus.HANDED_IN).count()
    values = sorted(Mark.objects.values_list("value", flat=True))
    assert (handed_in, values) in [(0, [70]), (2, [80, 80, 80])]
