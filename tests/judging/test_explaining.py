"""Jelaskan: the steps add up to the published digits, on the page and in the workbook's living formulas."""

import re
from fractions import Fraction
from io import BytesIO

import pytest
from django.urls import reverse
from hypothesis import given, settings
from openpyxl import load_workbook

from judging.explaining import Exact, explain
from judging.explanation_sheet import ExplanationSheet
from judging.models import Ranking
from judging.scoring import rank
from judging.scoring.bundle import load
from judging.scoring.exact import half_up, printed
from tests.factories.judging import published_edition, settling_round
from tests.factories.people import client_of, make_user
from tests.judging.scoring.samples import final_plain, final_plains, round_plain, round_plains, tied_plain
from tests.judging.scoring.test_properties import text_of

CELL = re.compile(r"([A-Z])(\d+)")


class Formulas:
    """What a spreadsheet would compute, exactly: sums, products, quotients, SUM over a range and ROUND."""

    def __init__(self, content: bytes) -> None:
        self.page = load_workbook(BytesIO(content)).active

    def value(self, address: str) -> Fraction:
        held = self.page[address].value
        return self.of(held[1:]) if isinstance(held, str) and held.startswith("=") else Fraction(str(held))

    def of(self, formula: str) -> Fraction:
        if found := re.fullmatch(r"SUM\(E(\d+):E(\d+)\)", formula):
            return sum((self.value(f"E{row}") for row in range(int(found[1]), int(found[2]) + 1)), Fraction(0))
        if found := re.fullmatch(r"ROUND\((B\d+),(\d+)\)", formula):
            exact, decimals = self.value(found[1]), int(found[2])
            return Fraction(half_up(exact.numerator, exact.denominator, decimals), 10**decimals)
        if found := re.fullmatch(r"\((.+)\)/(\d+)", formula):
            return self.of(found[1]) / int(found[2])
        if "+" in formula:
            return sum((self.of(part) for part in formula.split("+")), Fraction(0))
        result = Fraction(1)
        for sign, term in re.findall(r"(^|[*/])([A-Z]?\d+)", formula):
            number = self.value(term) if CELL.fullmatch(term) else Fraction(term)
            result = result / number if sign == "/" else result * number
        return result

    def labelled(self, label: str) -> Fraction:
        return next(self.value(f"B{row[0].row}") for row in self.page.iter_rows() if row[0].value == label)


def check(plain):
    bundle = load(text_of(plain))
    for placing in rank(bundle).placings:
        found = explain(bundle, placing.entry, {})
        assert found.exact.rounded(bundle.decimals) == placing.score
        shown = placing.per_instrument or placing.per_round
        assert {part.code: part.shown for part in found.parts} == shown
        formulas = Formulas(ExplanationSheet(found, "=Judul").written())
        assert formulas.labelled("Nilai sebelum dibulatkan") == found.exact.value
        assert formulas.labelled("Nilai") == formulas.labelled("Nilai yang ditetapkan") == Fraction(placing.score)


@pytest.mark.parametrize("plain", [round_plain(), final_plain()])
def test_page_and_workbook_have_the_digits_of_the_ranking(plain):
    check(plain)


@pytest.mark.long
@given(round_plains() | final_plains())
@settings(deadline=None, max_examples=60)
def test_so_they_have_on_random_bundles(plain):
    check(plain)


def test_text_never_starts_a_formula():
    plain = round_plain()
    plain["instruments"][0]["criteria"][0]["name"] = '=HYPERLINK("x")'
    content = ExplanationSheet(explain(load(text_of(plain)), "001", {}), "=Judul").written()
    page = load_workbook(BytesIO(content)).active
    texts = [cell.value for row in page.iter_rows() for cell in row if cell.column == 1 and cell.value]
    assert "'=Judul" in texts
    assert not [text for text in texts if text.startswith("=")]


def test_a_tie_shows_what_was_compared_and_what_was_decided():
    plain = tied_plain({"001": "8", "002": "8", "003": "7"}, tie_breakers=["kijb.baru"], cutoff=1)
    plain["settled_ties"] = [{"order": ["002", "001"], "by": "sidang pleno", "reason": "Dampak"}]
    found = explain(load(text_of(plain)), "001", {})
    assert [(tie.name, tie.value, tie.others) for tie in found.ties] == [
        ("Kebaruan (KIJB)", "80.00", (("002", "80.00"),))
    ]
    assert (found.settled, found.placing.position) == (("002, 001", "sidang pleno", "Dampak"), 2)
    assert explain(load(text_of(plain)), "009", {}) is None


def test_an_endless_fraction_is_cut_and_says_so():
    assert Exact(value=Fraction(2, 3)).text == "0.6666666666…"
    assert Exact(value=Fraction(155, 2)).text == "77.5"
    assert printed(half_up(2, 3, 2), 2) == Exact(value=Fraction(2, 3)).rounded(2)


@pytest.mark.django_db
@pytest.mark.long
def test_the_public_opens_a_published_score():
    edition = published_edition()
    client = client_of(make_user())
    page = client.get(reverse("judging:explain", args=[edition.code, "desk", "003"]))
    assert "dibulatkan sekali" in page.content.decode()
    assert "90,00" in page.content.decode()
    assert "60" in client.get(reverse("judging:explain", args=[edition.code, "final", "003"])).content.decode()
    file = client.get(reverse("judging:explain_file", args=[edition.code, "desk", "003", "xlsx"]))
    assert Formulas(file.content).labelled("Nilai") == 90
    for wrong in (["desk", "009"], ["lain", "003"]):
        assert client.get(reverse("judging:explain", args=[edition.code, *wrong])).status_code == 404
    assert client.get(reverse("judging:explain_file", args=[edition.code, "desk", "003", "exe"])).status_code == 404
    client.logout()
    drawn = client.get(reverse("judging:explain_file", args=[edition.code, "desk", "003", "pdf"]))
    assert drawn.status_code == 302


@pytest.mark.django_db
@pytest.mark.long
def test_the_committee_opens_it_after_the_lock_and_no_judge_does():
    round_ = settling_round(entries=2, judges=1)
    ranking = Ranking.objects.get(round=round_)
    address = reverse("admin:judging_explain", args=[ranking.pk, "001"])
    assert "dibulatkan sekali" in client_of(round_.opened_by).get(address).content.decode()
    assert client_of(round_.edition.judges.get().user).get(address).status_code != 200
    public = reverse("judging:explain", args=[round_.edition.code, "desk", "001"])
    assert client_of(round_.opened_by).get(public).status_code == 404


@pytest.mark.django_db
@pytest.mark.draws
def test_the_paper_is_drawn():
    round_ = settling_round(entries=1, judges=1)
    ranking = Ranking.objects.get(round=round_)
    address = reverse("admin:judging_explain_file", args=[ranking.pk, "001", "pdf"])
    assert client_of(round_.opened_by).get(address).content.startswith(b"%PDF")
