"""Piagam: issued with the result, drawn once, found by its unit, checked by anybody."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from entries.models import Entry
from judging.actions import certificate as actions
from judging.actions.certificate import draw_ordered, draw_some, order_certificates, render_certificate
from judging.actions.publication import publish_edition
from judging.certificate_files import with_documents
from judging.models import Certificate, Judge
from judging.views import certificates as views
from kiks import clock, papers, storage
from kiks.exceptions import RuleBrokenError
from kiks.models import AuditEvent
from tests.factories.entries import make_unit, member_of
from tests.factories.judging import published_edition, settling_round
from tests.factories.pdf import tiny_pdf
from tests.factories.people import client_of

pytestmark = pytest.mark.long

LATER = timedelta(hours=2)


@pytest.fixture
def drawn(monkeypatch) -> list[dict]:
    """Papers become a blank page that differs each time; gives what they were to be drawn from."""
    contexts: list[dict] = []

    def render(template: str, context: dict, **_: object) -> bytes:
        contexts.append(context)
        return tiny_pdf(f"{context['number']}, gambar {len(contexts)}")

    monkeypatch.setattr(papers, "render_pdf", render)
    monkeypatch.setattr(papers, "render_sheets", lambda template, found: [render(template, one) for one in found])
    return contexts


@pytest.fixture
def edition(db, drawn):
    return published_edition()


def publish_again(edition, *, visible_in: timedelta = timedelta()) -> None:
    committee = edition.publications.first().published_by
    publish_edition(edition, by=committee, visible_from=clock.now() + visible_in, reason="Salah ketik nama")


def certificate_of(edition, number: str = "003") -> Certificate:
    return Certificate.objects.get(entry__edition=edition, entry__number=number)


def url_of(certificate: Certificate) -> str:
    return reverse("judging:certificate", args=[certificate.number])


def answer(path: str) -> tuple[int, dict, bytes]:
    response = Client().get(path)
    return response.status_code, dict(response.headers), response.content


def check(number: str):
    return Client().get(reverse("judging:verify_paper", args=[number]))


def test_the_first_publication_honours_every_judged_entry_and_judge(edition):
    code = edition.code.upper()
    issued = Certificate.objects.order_by("judge", "number").values_list("number", "title", "document")
    assert list(issued) == [
        (f"001/PIAGAM/{code}", "Peserta", None),
        (f"002/PIAGAM/{code}", "Finalis", None),
        (f"003/PIAGAM/{code}", "Juara 1", None),
        (f"001/PIAGAM-JURI/{code}", "Juri", None),
        (f"002/PIAGAM-JURI/{code}", "Juri", None),
    ]
    event = AuditEvent.objects.get(kind="certificates.issued")
    assert '"count": 5' in event.body
    certificate, publication = certificate_of(edition), edition.publications.get()
    assert (certificate.issued_at, certificate.issued_by) == (publication.published_at, publication.published_by)


def test_a_correction_adds_nothing_where_nothing_is_missing(edition):
    before = list(Certificate.objects.values())
    publish_again(edition)
    assert list(Certificate.objects.values()) == before
    assert AuditEvent.objects.filter(kind="certificates.issued").count() == 1


def test_the_file_is_drawn_once_and_served_as_stored(edition, drawn):
    certificate, before = certificate_of(edition), len(drawn)
    first, second = (Client().get(url_of(certificate)) for _ in range(2))
    assert first.status_code == 200
    assert first.content == second.content
    assert first.headers["Content-Disposition"] == f'attachment; filename="003-PIAGAM-{edition.code.upper()}.pdf"'
    assert len(drawn) == before + 1


def test_one_who_asked_before_the_file_was_there_gets_the_same_file(edition, drawn):
    stale, before = certificate_of(edition), len(drawn)
    first = render_certificate(certificate_of(edition))
    assert render_certificate(stale).document == first.document
    assert len(drawn) == before + 1


def test_a_certificate_before_its_moment_answers_like_an_address_that_does_not_exist(edition):
    address = url_of(certificate_of(edition))
    with clock.shifted_to(clock.now() - LATER):
        assert answer(address) == answer("/tidak-pernah-ada/")
        assert answer(address)[0] == 404
    assert answer(address)[0] == 200


def test_a_certificate_that_a_correction_adds_waits_for_the_correction(edition):
    """Its row is set to what publish_edition would write, for no act removes an entry from a confirmed ranking."""
    late = certificate_of(edition, "001")
    publish_again(edition, visible_in=LATER)
    Certificate.objects.filter(pk=late.pk).update(issued_at=edition.publications.get(version=2).published_at)
    assert (answer(url_of(late))[0], check(late.number).status_code) == (404, 404)
    assert answer(url_of(certificate_of(edition)))[0] == 200
    with clock.shifted_to(clock.now() + LATER):
        assert answer(url_of(late))[0] == 200


def test_anybody_can_check_a_certificate(edition):
    certificate = certificate_of(edition)
    innovation = certificate.entry.innovation
    html = check(certificate.number).content.decode()
    facts = ["Berlaku", "Piagam", "Juara 1", "003", str(innovation), innovation.unit.full_name, edition.name]
    assert [fact for fact in facts if f">{fact}" not in html and f" {fact}" not in html] == []
    assert url_of(certificate) in html
    with clock.shifted_to(clock.now() - LATER):
        assert check(certificate.number).status_code == 404


def test_the_unit_finds_its_certificate_when_the_result_is_out(edition):
    certificate = certificate_of(edition)
    entry = Entry.objects.get(pk=certificate.entry_id)
    member = client_of(member_of(entry.innovation.unit))
    page = reverse("entries:detail", args=[entry.pk])
    html = member.get(page).content.decode()
    assert "Surat dan piagam" in html
    assert f'href="{url_of(certificate)}"' in html
    assert url_of(certificate_of(edition, "002")) not in html
    assert client_of(member_of(make_unit())).get(page).status_code == 404
    with clock.shifted_to(clock.now() - LATER):
        assert "Surat dan piagam" not in member.get(page).content.decode()


@pytest.mark.long
@pytest.mark.parametrize(("is_demo", "labels"), [(True, 1), (False, 0)])
def test_the_paper_says_who_what_and_where_to_check(edition, monkeypatch, is_demo, labels):
    monkeypatch.undo()  # from here on papers are really drawn
    type(edition).objects.filter(pk=edition.pk).update(is_demo=is_demo)
    certificate = certificate_of(edition)
    innovation = certificate.entry.innovation
    pages = PdfReader(BytesIO(Client().get(url_of(certificate)).content)).pages
    text = " ".join(pages[0].extract_text().split())
    assert len(pages) == 1
    assert text.count("DATA CONTOH") == labels
    for fact in (
        "Juara 1",
        innovation.short_name,
        innovation.unit.name,
        "PEKPPP",
        f"/verifikasi/{certificate.number}/",
    ):
        assert fact in text


def of(edition) -> list[Certificate]:
    return list(with_documents(Certificate.objects.of_edition(edition)))


def committee_of(edition):
    return edition.publications.first().published_by


def test_an_order_draws_all_and_binds_them_and_a_second_one_only_what_is_missing(edition, drawn):
    by, before = committee_of(edition), len(drawn)
    early = render_certificate(certificate_of(edition)).document
    run = order_certificates(edition, by=by)
    assert draw_some(run, seconds=60)
    assert len(drawn) == before + 5
    assert certificate_of(edition).document == early
    run.refresh_from_db()
    assert (run.bound, len(PdfReader(BytesIO(storage.read(run.print_file))).pages)) == (5, 5)
    with pytest.raises(RuleBrokenError, match="Semua piagam sudah dibuat"):
        order_certificates(edition, by=by)
    assert AuditEvent.objects.filter(kind="certificates.ordered").count() == 1


def test_an_order_honours_whom_an_earlier_publication_left_out(edition, drawn):
    """Editions published before judges were honoured have no rows for them."""
    before, by = len(drawn), committee_of(edition)
    assert draw_some(order_certificates(edition, by=by), seconds=60)
    late = Judge.objects.get(edition=edition, label="J2")
    Certificate.objects.filter(judge=late).update(
        judge=None, entry=certificate_of(edition).entry, title="Lama", number="Lama"
    )
    assert draw_some(order_certificates(edition, by=by), seconds=60)
    added = Certificate.objects.get(judge=late)
    assert (len(drawn), added.issued_at) == (before + 6, edition.publications.get().published_at)


def test_the_tick_goes_on_with_an_order_where_a_page_left_it(edition, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    run = order_certificates(edition, by=committee_of(edition))
    assert not draw_some(run, seconds=0)
    assert [bool(certificate.document) for certificate in of(edition)].count(True) == 2
    with pytest.raises(RuleBrokenError, match="Piagam sedang dibuat"):
        order_certificates(edition, by=committee_of(edition))
    assert draw_ordered() == f"Piagam selesai dibuat: {edition}."
    assert all(certificate.document for certificate in of(edition))
    assert draw_ordered() == ""


def test_certificates_wait_for_the_publication_and_are_the_committees_to_order(db):
    desk = settling_round({"001": "70"}, entries=1)
    with pytest.raises(RuleBrokenError, match="Piagam dibuat setelah hasil edisi diterbitkan"):
        order_certificates(desk.edition, by=desk.opened_by)
    with pytest.raises(PermissionDenied):
        order_certificates(desk.edition, by=desk.edition.judges.get().user)
    page = client_of(desk.opened_by).get(reverse("admin:judging_certificates", args=[desk.edition_id]))
    assert "Piagam dibuat setelah hasil edisi diterbitkan" in page.content.decode()


def test_the_committee_orders_follows_and_fetches_on_one_page(edition, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    monkeypatch.setattr(views, "SECONDS_OF_A_PAGE", 0)
    client, page = client_of(committee_of(edition)), reverse("admin:judging_certificates", args=[edition.pk])
    files = [reverse(f"admin:judging_certificates_{kind}", args=[edition.pk]) for kind in ("print", "zip")]
    assert "0 dari 5 piagam" in client.get(page).content.decode()
    assert [client.get(file).status_code for file in files] == [404, 404]
    begun = client.post(page).content.decode()
    assert "2 dari 5 piagam" in begun
    assert "data-onward" in begun
    assert "data-onward" not in client.get(page).content.decode()
    client.post(page)
    client.post(page)
    assert client.post(page).status_code == 302
    done = client.get(page).content.decode()
    assert "Semua 5 piagam sudah dibuat" in done
    assert all(file in done for file in files)
    assert client.get(files[0]).content[:5] == b"%PDF-"
    archive = ZipFile(BytesIO(b"".join(client.get(files[1]).streaming_content)))
    code = edition.code.upper()
    assert archive.namelist()[::4] == [f"001-PIAGAM-{code}.pdf", f"002-PIAGAM-JURI-{code}.pdf"]
    first = of(edition)[0]
    single = client.get(reverse("admin:judging_certificate", args=[first.pk])).content
    assert single == archive.read(archive.namelist()[0]) == storage.read(first.document)
    again = client.post(page, follow=True).content.decode()
    assert "Semua piagam sudah dibuat" in again


def test_a_judge_is_honoured_by_name_and_anybody_can_check_it(edition):
    judge = Judge.objects.select_related("user").get(edition=edition, label="J1")
    number = f"001/PIAGAM-JURI/{edition.code.upper()}"
    html = check(number).content.decode()
    assert [said for said in ("Berlaku", "Juri", judge.user.name, judge.institution) if said not in html] == []
    assert "Nomor usulan" not in html
    assert judge.user.email not in html
    assert Client().get(url_of(Certificate.objects.get(number=number))).status_code == 200
    with clock.shifted_to(clock.now() - LATER):
        assert check(number).status_code == 404


@pytest.mark.draws
def test_certificates_drawn_together_are_those_drawn_alone(edition, monkeypatch):
    monkeypatch.undo()
    alone = render_certificate(certificate_of(edition)).document
    Certificate.objects.filter(pk=certificate_of(edition).pk).update(document=None)
    assert draw_some(order_certificates(edition, by=committee_of(edition)), seconds=60)
    assert certificate_of(edition).document == alone
    judge = Certificate.objects.get(judge__label="J2", judge__edition=edition)
    text = " ".join(PdfReader(BytesIO(storage.read(judge.document))).pages[0].extract_text().split())
    for fact in ("Juri Uji", "Perguruan tinggi", "sebagai Juri", "atas pengabdiannya menilai"):
        assert fact in text
