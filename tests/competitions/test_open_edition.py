"""Opening an edition: what it asks, what becomes public with it, and that the year before stays."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from competitions.actions import confirm_edition_rules, confirm_instrument, open_edition
from competitions.models import Edition, StageKind
from competitions.queries import current_edition
from judging.models import Round
from kiks.exceptions import RuleBrokenError
from kiks.mail.checks import send_test_mail
from kiks.models import AuditEvent, OutgoingMail
from tests.factories.editions import make_edition
from tests.factories.judging import make_final_round, make_presentation_round, make_round, published_edition
from tests.factories.people import client_of, make_committee_user, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return make_committee_user("Siti Aminah")


def ready_edition(officer, current: StageKind = StageKind.SUBMISSION, **fields: object) -> Edition:
    """Confirmed in every part and not opened."""
    edition = make_edition(current, **{"opened_at": None, "opened_by": None, "theme": "Tema baru"} | fields)
    for instrument in edition.instruments.all():
        confirm_instrument(instrument, by=officer, source="SK 1")
    edition = confirm_edition_rules(edition, by=officer, source="SK 1")
    desk = make_round(edition, officer, cutoff=6)
    make_final_round(desk, make_presentation_round(desk, officer), officer)
    send_test_mail(by=officer)
    return edition


def test_opening_keeps_who_and_when_and_tells_the_committee(officer):
    colleague = make_committee_user()
    edition = open_edition(ready_edition(officer), by=officer)
    edition.refresh_from_db()
    assert (edition.opened_by, edition.opened_at is None) == (officer, False)
    event = AuditEvent.objects.filter(chain=edition.code).last()
    assert (event.kind, event.actor_id) == ("edition.opened", officer.pk)
    mails = OutgoingMail.objects.filter(template="edition_opened.txt")
    assert {mail.to_user for mail in mails} == {officer, colleague}
    assert "Siti Aminah" in mails[0].text
    assert "- Pengajuan inovasi: " in mails[0].text


def test_opening_is_refused_with_everything_that_blocks(officer):
    edition = make_edition(opened_at=None, opened_by=None, theme="")
    with pytest.raises(RuleBrokenError) as raised:
        open_edition(edition, by=officer)
    sentences = raised.value.sentences
    for words in [
        "Tema belum diisi",
        "Instrumen KIPP belum dikonfirmasi",
        "Aturan edisi belum",
        "babak",
        "surat belum",
    ]:
        assert any(words in sentence for sentence in sentences), words
    edition.refresh_from_db()
    assert edition.opened_at is None
    assert not OutgoingMail.objects.exists()


def test_opening_happens_once_by_the_committee_and_never_to_history(officer):
    edition = ready_edition(officer)
    with pytest.raises(PermissionDenied):
        open_edition(edition, by=make_user())
    open_edition(edition, by=officer)
    with pytest.raises(RuleBrokenError, match="sudah dibuka Siti Aminah"):
        open_edition(edition, by=officer)
    history = Edition.objects.create(code="kiks-2020", year=2020, name="KIKS 2020", is_history=True)
    with pytest.raises(RuleBrokenError, match="Edisi riwayat"):
        open_edition(history, by=officer)


def test_nobody_sees_an_edition_before_it_is_opened(officer):
    edition = ready_edition(officer, name="KIKS Rahasia")
    visitor = Client()
    pages = [reverse(name) for name in ("home", "competitions:rules", "competitions:history", "judging:results_index")]
    assert [page for page in pages if "KIKS Rahasia" in visitor.get(page).text] == []
    assert visitor.get(reverse("judging:results", args=[edition.code])).status_code == 404
    assert "Tema baru" not in visitor.get(pages[0]).text
    assert current_edition() is None
    register = reverse("entries:registration")
    assert "KIKS Rahasia" not in visitor.get(register).text
    open_edition(edition, by=officer)
    assert [page for page in pages if "KIKS Rahasia" not in visitor.get(page).text] == []
    assert current_edition() == edition


def test_the_next_year_does_not_hide_the_results_of_the_last_one(officer):
    last = published_edition()
    Edition.objects.filter(pk=last.pk).update(year=2025, name="KIKS Lalu")
    edition = open_edition(ready_edition(officer, year=2026, name="KIKS Kini"), by=officer)
    assert current_edition() == edition
    visitor = Client()
    home = visitor.get(reverse("home")).text
    assert "KIKS Kini" in home
    results = reverse("judging:results", args=[last.code])
    assert results in home
    assert results in visitor.get(reverse("judging:results_index")).text
    assert visitor.get(results).status_code == 200
    overview = client_of(officer).get(reverse("admin:judging_overview")).text
    assert f"?edisi={last.code}" in overview


def test_no_round_opens_in_an_edition_that_nobody_sees(officer):
    from_before = ready_edition(officer)
    round_ = Round.objects.get(edition=from_before, code="desk")
    html = client_of(officer).get(reverse("admin:judging_room", args=[round_.pk])).text
    assert f"{from_before.name} belum dibuka untuk umum." in html


class TestPage:
    @pytest.fixture
    def client(self, officer):
        return client_of(officer)

    def test_the_button_says_what_becomes_public_and_opens(self, client, officer):
        edition = ready_edition(officer)
        readiness = reverse("admin:competitions_edition_readiness", args=[edition.pk])
        url = reverse("admin:competitions_edition_open", args=[edition.pk])
        assert f'href="{url}">Buka edisi' in client.get(readiness).text
        page = client.get(url).text
        assert "Sejak Anda menekan tombol" in page
        assert "Pengajuan inovasi" in page
        response = client.post(url, follow=True)
        assert f"{edition.name} dibuka untuk umum." in response.text
        assert "Dibuka Siti Aminah" in response.text

    def test_what_blocks_stands_on_the_page_instead_of_the_button(self, client):
        edition = make_edition(opened_at=None, opened_by=None, theme="")
        url = reverse("admin:competitions_edition_open", args=[edition.pk])
        page = client.get(url).text
        assert "Tema belum diisi." in page
        assert ">Buka edisi</button>" not in page
        assert "Tema belum diisi." in client.post(url, follow=True).text
        edition.refresh_from_db()
        assert edition.opened_at is None
