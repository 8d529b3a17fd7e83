"""Many entries are handed in at once: what the check page shows, all of it or nothing, with one mail."""

import re

import pytest
from django.urls import reverse

from judging.actions.sheet import hand_in_assignment
from judging.models import ScoreSheet
from judging.states import SheetStatus
from kiks.models import OutgoingMail
from tests.factories.judging import mark_all, open_desk_round
from tests.factories.people import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_():
    return open_desk_round(entries=4, judges=2)


@pytest.fixture
def own(round_):
    """The first judge's entries: two complete, one handed in already, one without a mark."""
    mine = round_.assignments.filter(judge__label="J1").select_related("judge__user", "entry").order_by("entry__number")
    first, second, third, fourth = mine
    for assignment, mark in ((first, "70"), (second, "80"), (third, "90")):
        mark_all(assignment, mark)
    hand_in_assignment(third, by=third.judge.user)
    return [first, second, third, fourth]


def shown(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode().split("<main")[1]).split())


def post(own, round_, keys):
    url = reverse("judging:hand_in_round", args=[round_.pk])
    return shown(client_of(own[0].judge.user).post(url, {"entries": keys}, follow=True))


def handed_in():
    return set(ScoreSheet.objects.filter(status=SheetStatus.HANDED_IN).values_list("assignment_id", flat=True))


def test_the_check_page_lists_every_entry_its_total_and_what_is_missing(own, round_):
    response = client_of(own[0].judge.user).get(reverse("judging:hand_in_round", args=[round_.pk]))
    words = shown(response)
    assert "2 usulan lengkap dan siap diserahkan, 1 sudah diserahkan, dari 4 usulan Anda." in words
    for total in ("70,00", "80,00", "90,00"):
        assert total in words
    assert "Belum dinilai: Ide , Signifikansi , Kebaruan" in words
    sheet = own[3].sheets.get(instrument__code="kijb")
    assert f"#kriteria-id_lembar-{sheet.pk}-mark-kebaruan" in response.content.decode()


def test_what_was_shown_is_handed_in_with_one_mail(own, round_):
    before = OutgoingMail.objects.count()
    assert "Penilaian 2 usulan sudah diserahkan." in post(own, round_, f"{own[0].pk} {own[1].pk}")
    assert handed_in() == {own[0].pk, own[1].pk, own[2].pk}
    (letter,) = OutgoingMail.objects.order_by("pk")[before:]
    sheets = ScoreSheet.objects.filter(assignment__in=own[:2])
    assert letter.to_user == own[0].judge.user
    assert all(sheet.receipt in letter.text and sheet.nonce in letter.text for sheet in sheets)
    assert f"Usulan {own[1].entry.number}" in letter.text


@pytest.mark.parametrize(
    ("place", "sentence"), [(2, "sudah Anda serahkan"), (3, "Belum dinilai: KIPP: Ide"), ("other", "sudah berubah")]
)
def test_one_that_does_not_fit_keeps_all_of_them_open(own, round_, place, sentence):
    other = round_.assignments.filter(judge__label="J2").first()
    key = other.pk if place == "other" else own[place].pk
    before = OutgoingMail.objects.count()
    assert sentence in post(own, round_, f"{own[0].pk} {key}")
    assert handed_in() == {own[2].pk}
    assert OutgoingMail.objects.count() == before


@pytest.mark.parametrize("keys", ["", "abc", "1 -1", "9" * 30, "²"])
def test_a_list_that_no_page_of_ours_sends_is_refused(own, round_, keys):
    assert "Daftar usulan tidak terbaca" in post(own, round_, keys)
    assert handed_in() == {own[2].pk}
