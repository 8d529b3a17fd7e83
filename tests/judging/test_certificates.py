"""Piagam: issued with the result, drawn once, found by its unit, checked by anybody."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from entries.models import Entry
from judging.actions.certificate import render_certificate
from judging.actions.publication import publish_edition
from judging.models import Certificate
from kiks import clock, papers
from kiks.models import AuditEvent
from tests.factories.entries import make_unit, member_of
from tests.factories.judging import published_edition
from tests.factories.pdf import tiny_pdf
from tests.factories.people import client_of

pytestmark = pytest.mark.long

LATER = timedelta(hours=2)


@pytest.fixture
def drawn(monkeypatch) -> list[dict]:
    """Papers become a blank page that differs each time; gives what they were to be drawn from."""
    contexts: list[dict] = []

    def render(template: str, context: dict) -> bytes:
        contexts.append(context)
        return tiny_pdf(f"{context['number']}, gambar {len(contexts)}")

    monkeypatch.setattr(papers, "render_pdf", render)
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


def test_the_first_publication_honours_every_judged_entry(edition):
    code = edition.code.upper()
    issued = Certificate.objects.values_list("number", "title", "document")
    assert list(issued) == [
        (f"001/PIAGAM/{code}", "Peserta", None),
        (f"002/PIAGAM/{code}", "Finalis", None),
        (f"003/PIAGAM/{code}", "Juara 1", None),
    ]
    event = AuditEvent.objects.get(kind="certificates.issued")
    assert '"count": 3' in event.body
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
    for fact in ("Juara 1", innovation.short_name, innovation.unit.name, f"/verifikasi/{certificate.number}/"):
        assert fact in text
