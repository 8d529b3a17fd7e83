"""Nilai saya: the published file, the own nonce and the own receipt agree, or the page says in words what does not."""

import pytest
from django.urls import reverse

from judging.actions.correction import Finding, correct_ranking
from judging.actions.publication import publish_edition
from judging.actions.record import issue_record
from judging.models import CriterionComment, Judge, Mark, ScoreSheet
from judging.own_marks import PublishedMarks
from judging.queries import standing_rankings, visible_publication
from kiks import clock
from tests.factories.judging import entry_of, open_desk_round, published_edition
from tests.factories.people import client_of, make_user
from tests.factories.tampering import without_triggers

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture
def edition(db):
    return published_edition()


@pytest.fixture
def judge(edition):
    return edition.judges.get(label="J1")


def rows(judge):
    return PublishedMarks(judge, visible_publication(judge.edition, clock.now())).rows()


def page(judge, **sent):
    client, address = client_of(judge.user), reverse("judging:my_marks", args=[judge.edition.code])
    return (client.post(address, sent) if sent else client.get(address)).content.decode()


def test_every_sheet_handed_in_is_listed_and_equal(judge):
    found = rows(judge)
    assert len(found) == ScoreSheet.objects.filter(assignment__judge=judge).exclude(receipt="").count() == 8
    assert all(row.recomputed == row.receipt and row.problems == () for row in found)
    html = page(judge)
    assert "Setiap nilai yang Anda serahkan adalah nilai yang diterbitkan." in html
    assert "Berbeda" not in html


def test_what_the_judge_wrote_stands_beside_the_marks(judge):
    sheet = ScoreSheet.objects.filter(assignment__judge=judge).exclude(receipt="").order_by("pk").first()
    with without_triggers("judging_criterioncomment"), without_triggers("judging_scoresheet"):
        ScoreSheet.objects.filter(pk=sheet.pk).update(comment="Usulan matang")
        for criterion, text in zip(sheet.instrument.criteria.all(), ["Bukti kuat", ""], strict=False):
            CriterionComment.objects.create(sheet=sheet, criterion=criterion, text=text)
    first = sheet.instrument.criteria.first()
    found = [row.comments for row in rows(judge) if row.comments]
    assert found == [((first.name, "Bukti kuat"), ("Seluruh lembar", "Usulan matang"))]
    html = page(judge)
    assert "Bukti kuat" in html
    assert "Usulan matang" in html
    assert "Bukti kuat" not in page(judge.edition.judges.exclude(pk=judge.pk).first())


def test_a_mark_that_was_changed_behind_our_back_is_named(judge):
    mark = Mark.objects.filter(sheet__assignment__judge=judge).order_by("pk").first()
    with without_triggers("judging_mark"):
        Mark.objects.filter(pk=mark.pk).update(value=1)
    row = next(row for row in rows(judge) if row.problems)
    assert row.problems == (f"{mark.criterion.name}: yang tersimpan 1, yang diterbitkan {mark.value.normalize():f}.",)
    assert "Berbeda" in page(judge)


def test_a_receipt_or_nonce_that_does_not_fit_is_named(judge):
    sheet = ScoreSheet.objects.filter(assignment__judge=judge).exclude(receipt="").first()
    with without_triggers("judging_scoresheet"):
        ScoreSheet.objects.filter(pk=sheet.pk).update(receipt="0" * 64)
    (row,) = [row for row in rows(judge) if row.problems]
    assert row.problems == (
        "Tanda terima dalam berkas yang diterbitkan lain dari tanda terima Anda.",
        "Nilai yang diterbitkan dan angka acak Anda tidak menghasilkan tanda terima Anda.",
    )


def test_the_codes_of_the_mail_prove_the_sheet(judge, edition):
    sheet = ScoreSheet.objects.filter(assignment__judge=judge).exclude(receipt="").first()
    html = page(judge, receipt=sheet.receipt, nonce=sheet.nonce)
    assert f"usulan {sheet.assignment.entry.number}, {sheet.instrument.code}" in html
    assert "Tidak cocok" in page(judge, receipt=sheet.receipt, nonce="0" * 32)
    assert "Tanda terima terdiri atas 64" in page(judge, receipt="x", nonce=sheet.nonce)
    other = ScoreSheet.objects.filter(assignment__judge__label="J2").exclude(receipt="").first()
    assert "Tidak cocok" in page(judge, receipt=other.receipt, nonce=other.nonce)


def test_a_sheet_that_no_longer_counts_says_so(judge, edition):
    desk = edition.rounds.get(code="desk")
    committee = desk.opened_by
    correct_ranking(desk, by=committee, findings=[Finding(judge, entry_of(desk, "001"), "Kerabat")], reason="Kerabat")
    for round_ in edition.rounds.exclude(kind="presentation"):
        for ranking in standing_rankings(round_):
            issue_record(ranking, by=committee)
    publish_edition(edition, by=committee, visible_from=clock.now(), reason="Perbaikan.")
    remarks = {(row.entry, row.remark) for row in rows(judge) if row.remark}
    assert {entry for entry, _ in remarks} == {"001"}
    assert all(row.problems == () for row in rows(judge))


def test_nobody_else_and_nothing_before_the_publication(edition, judge):
    address = reverse("judging:my_marks", args=[edition.code])
    assert client_of(make_user()).get(address).status_code == 404
    waiting = open_desk_round(entries=1, judges=1)
    seat = Judge.objects.get(edition=waiting.edition)
    assert client_of(seat.user).get(reverse("judging:my_marks", args=[waiting.edition.code])).status_code == 404
