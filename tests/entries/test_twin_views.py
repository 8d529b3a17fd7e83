"""The pages of innovations that look alike: side by side, the verdict, taking it back, the list, the search."""

import pytest
from django.urls import reverse

from entries.actions.twins import state_different, state_same
from entries.models import LikelyTwin, TwinVerdict
from entries.states import EntryStatus
from kiks import clock
from kiks.models import CommitteeMember
from tests.factories.announcements import announced
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, member_of
from tests.factories.people import client_of, make_committee_user

pytestmark = pytest.mark.django_db
WHY = "Isi kedua usulan sama."


@pytest.fixture
def officer():
    return make_committee_user("Petugas Satu")


@pytest.fixture
def pair():
    edition = make_edition()
    one, two = (entry_at(EntryStatus.PASSED, edition=edition) for _ in range(2))
    LikelyTwin.objects.create(
        innovation=two.innovation,
        earlier=one.innovation,
        score=95,
        stated="different",
        stated_at=clock.now(),
        stated_by=two.submitted_by,
    )
    return one, two


def page_of(one, two):
    return reverse("admin:entries_twins_compare", args=[two.innovation_id, one.innovation_id])


def test_both_stand_side_by_side_with_what_would_follow(officer, pair):
    one, two = pair
    text = client_of(officer).get(page_of(*pair)).content.decode()
    assert one.innovation.short_name in text
    assert two.innovation.short_name in text
    assert text.count("Jawaban Ringkasan untuk uji.") == 2
    assert "Inovasi yang berbeda (Anggota Unit" in text
    assert f"atas nama {one.innovation.short_name}: 2026 (ke-1)." in text
    assert f"Usulan {two.number} ({two.edition.name}) kehilangan keikutsertaannya" in text
    assert f"Usulan {two.number} sudah lolos; pemeriksaannya dibuka kembali." in text
    assert not TwinVerdict.objects.exists()


def test_a_verdict_is_given_with_a_reason_and_leads_back_to_the_entry(officer, pair):
    client, two = client_of(officer), pair[1]
    answer = client.post(page_of(*pair), {"reason": "", "verdict": ""})
    assert answer.status_code == 200
    assert "Pilih salah satu keputusan." in answer.content.decode()
    assert "Tulis alasan keputusan ini." in answer.content.decode()
    answer = client.post(page_of(*pair), {"verdict": "same", "reason": WHY}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("admin:entries_entry_screen", args=[two.pk])
    text = answer.content.decode()
    assert "dinyatakan inovasi yang sama" in text
    assert "Yang sudah diputuskan" in text
    two.refresh_from_db()
    assert two.status == EntryStatus.SUBMITTED


def test_who_comes_second_is_told_what_was_decided(officer, pair):
    one, two = pair
    state_different(one.innovation, two.innovation, by=officer, reason=WHY)
    client = client_of(make_committee_user("Petugas Dua"))
    text = client.post(page_of(*pair), {"verdict": "same", "reason": WHY}).content.decode()
    assert "Sudah diputuskan Petugas Satu" in text
    assert TwinVerdict.objects.get().verdict == "different"


def test_the_unit_of_an_officer_and_an_announced_edition_have_no_form(officer, pair):
    member = member_of(pair[0].innovation.unit)
    CommitteeMember.objects.create(user=member, appointed_at=clock.now(), appointed_by=officer)
    text = client_of(member).get(page_of(*pair)).content.decode()
    assert "Anda anggota salah satu unit pengusul" in text
    assert "Simpan keputusan" not in text
    announced(pair[0].edition)
    text = client_of(officer).get(page_of(*pair)).content.decode()
    assert "sudah diterbitkan" in text
    assert "Simpan keputusan" not in text


def test_a_verdict_is_taken_back_with_a_reason(officer, pair):
    one, two = pair
    verdict = state_same(one.innovation, two.innovation, by=officer, reason=WHY)
    client, address = client_of(officer), reverse("admin:entries_twins_undo", args=[verdict.pk])
    assert "Keikutsertaan kembali ke inovasi masing-masing" in client.get(address).content.decode()
    assert "Tulis alasan keputusan ini dibatalkan." in client.post(address, {"reason": ""}).content.decode()
    answer = client.post(address, {"reason": "Keliru."}, follow=True)
    assert "menunggu keputusan lagi" in answer.content.decode()
    assert "Keputusan ini sudah dibatalkan." in client.get(address, follow=True).content.decode()
    verdict.refresh_from_db()
    assert (verdict.undone_by, verdict.undo_reason) == (officer, "Keliru.")


def test_the_list_of_an_edition_has_open_pairs_once_and_then_what_was_decided(officer, pair):
    one, two = pair
    client, address = client_of(officer), reverse("admin:entries_twins")
    response = client.get(address)
    assert [(row.entry, row.twin.innovation) for row in response.context["open_pairs"]] == [(one, two.innovation)]
    state_different(one.innovation, two.innovation, by=officer, reason=WHY)
    text = client.get(address).content.decode()
    assert "Tidak ada pasangan yang menunggu" in text
    assert WHY in text


def test_any_innovation_is_found_by_name_or_number(officer, pair):
    one, two = pair
    client, address = client_of(officer), reverse("admin:entries_twins_search", args=[one.innovation_id])
    for words in (two.innovation.short_name.lower(), two.number):
        assert client.get(address, {"q": words}).context["found"] == [two.innovation]
    assert "Tidak ada inovasi bernama demikian" in client.get(address, {"q": "tiada"}).content.decode()
    assert client.get(address, {"q": one.innovation.short_name}).context["found"] == []
    assert client.get(address, {"q": "x" * 200}).status_code == 200


def test_an_innovation_is_not_compared_with_itself(officer, pair):
    one, _ = pair
    assert client_of(officer).get(page_of(one, one)).status_code == 404


def test_units_do_not_see_these_pages(pair):
    client = client_of(member_of(pair[0].innovation.unit))
    for address in (page_of(*pair), reverse("admin:entries_twins")):
        assert client.get(address).status_code in (302, 403)
