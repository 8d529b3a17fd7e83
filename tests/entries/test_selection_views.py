"""The pages of the announcement: the committee looks it through, and nobody else sees any of it before its moment."""

import hashlib
import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from competitions.models import StageKind
from entries.actions.announcement import announce_screening, cancel_announcement
from entries.actions.objections import decide_objection, raise_objection
from entries.announcements import standing
from entries.states import EntryStatus
from kiks import clock, storage
from kiks.models import OutgoingMail
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, member_of
from tests.factories.people import client_of, make_committee_user

pytestmark = pytest.mark.django_db
SOON = timedelta(hours=2)


@pytest.fixture
def chair():
    return make_committee_user("Ketua Panitia")


@pytest.fixture
def edition():
    edition = make_edition(theme="Tema seleksi")
    for status in (EntryStatus.PASSED, EntryStatus.PASSED, EntryStatus.REJECTED):
        entry_at(status, edition=edition)
    OutgoingMail.objects.all().delete()
    return edition


@pytest.fixture(autouse=True)
def _submissions_are_over(edition):
    with clock.shifted_to(edition.stages.get(kind=StageKind.SUBMISSION).closes_at + timedelta(minutes=1)):
        yield


def url(name: str, *args: object) -> str:
    return reverse(f"admin:entries_announcement_{name}", args=args)


def test_the_committee_looks_everything_through_and_announces(edition, chair):
    client = client_of(chair)
    assert (
        f"{url('room', edition.pk)}" in client.get(reverse("admin:competitions_edition_change", args=[edition.pk])).text
    )
    assert "Hasil seleksi siap diumumkan" in client.get("/admin/").text
    room = client.get(url("room", edition.pk)).text
    assert "Semua usulan sudah diputuskan" in room
    assert "3 surat untuk anggota unit" in room
    mails = client.get(url("mails", edition.pk)).text
    assert mails.count("<details") == 3
    assert "Berkas belum lengkap." in mails
    assert client.get(url("draft", edition.pk)).content.startswith(b"%PDF")
    page = client.get(url("announce", edition.pk))
    expected = page.context["form"].initial["expected"]
    done = client.post(url("announce", edition.pk), {"expected": expected, "terbit": ""}, follow=True)
    made = standing(edition).get()
    assert f"Pengumuman {made.number} terbit" in done.text
    assert f"/seleksi/{edition.code}/v1/" in done.text
    assert client.get(url("paper", made.pk)).content == storage.read(made.document)


def test_the_moment_in_the_address_is_counted_with(edition, chair):
    client = client_of(chair)
    at = (clock.now() + SOON).astimezone()
    response = client.get(url("room", edition.pk), {"terbit": f"{at:%Y-%m-%dT%H:%M}"})
    assert response.context["moment"].isoformat()[:16] == f"{at:%Y-%m-%dT%H:%M}"
    late = client.get(url("room", edition.pk), {"terbit": f"{at + timedelta(days=20):%Y-%m-%dT%H:%M}"})
    assert "Masa sanggah akan berakhir" in late.text
    assert client.get(url("mails", edition.pk), {"terbit": "kapan-kapan"}).status_code == 200


def test_what_blocks_is_said_and_a_refusal_stands_at_the_form(edition, chair):
    client = client_of(chair)
    expected = client.get(url("announce", edition.pk)).context["form"].initial["expected"]
    refused = client.post(url("announce", edition.pk), {"expected": "lain", "terbit": ""})
    assert "Hasil seleksi berubah" in refused.text
    refused = client.post(url("announce", edition.pk), {"expected": expected, "terbit": "2020-01-01T10:00"})
    assert "sudah lewat" in refused.text
    announce_screening(edition, by=chair, visible_from=clock.now() + SOON)
    room = client.get(url("room", edition.pk)).text
    assert "menunggu terbit" in room
    assert "Belum dapat diumumkan" in room
    assert "Tulis alasan versi baru" in client.post(url("announce", edition.pk), {"expected": expected}).text


def test_the_outbox_says_for_what_a_mail_waits(edition, chair):
    made = announce_screening(edition, by=chair, visible_from=clock.now() + SOON)
    client = client_of(chair)
    outbox = reverse("admin:kiks_outgoingmail_changelist")
    listed = client.get(outbox, {"kiriman": f"entries_screeningannouncement:{made.pk}"}).text
    assert listed.count("Menunggu saatnya, ") == 3
    assert made.number in listed
    cancel = reverse("admin:entries_screeningannouncement_batalkan", args=[made.pk])
    page = client.get(reverse("admin:entries_screeningannouncement_change", args=[made.pk])).text
    assert cancel in page
    assert "Tulis alasan pembatalan" in client.post(cancel, {"reason": ""}).text
    assert "dibatalkan." in client.post(cancel, {"reason": "Keliru."}, follow=True).text
    assert "Dibatalkan" in client.get(url("room", edition.pk)).text
    assert OutgoingMail.objects.count() == 0


@pytest.mark.parametrize("name", ["room", "mails", "draft", "announce"])
def test_only_the_committee_gets_these_pages(edition, name):
    owner = client_of(member_of(edition.entries.first().innovation.unit))
    assert owner.get(url(name, edition.pk)).status_code in (302, 403, 404)


def test_everybody_reads_who_passed_and_nobody_who_failed(edition, chair):
    made = announce_screening(edition, by=chair)
    page = Client().get(f"/seleksi/{edition.code}/").text
    passed = edition.entries.filter(status=EntryStatus.PASSED).order_by("number")
    failed = edition.entries.get(status=EntryStatus.REJECTED)
    assert all(entry.innovation.short_name in page for entry in passed)
    assert failed.innovation.short_name not in page
    assert made.data_digest in page
    assert "2 dari 3 usulan" in page
    found = Client().get(f"/seleksi/{edition.code}/", {"cari": passed[0].innovation.short_name.lower()})
    assert "1 usulan cocok" in found.text
    assert passed[1].innovation.short_name not in found.text
    paper = Client().get(f"/seleksi/{edition.code}/v1/pengumuman.pdf")
    assert hashlib.sha256(paper.content).hexdigest() == made.document.sha256
    data = Client().get(f"/seleksi/{edition.code}/v1/isi.json")
    assert hashlib.sha256(data.content).hexdigest() == made.data_digest
    verified = Client().get(f"/verifikasi/{made.number}/")
    assert (verified.status_code, made.document.sha256 in verified.text) == (200, True)
    assert f"/seleksi/{edition.code}/" in Client().get("/").text


def test_an_earlier_version_says_that_another_stands(edition, chair):
    failed = edition.entries.get(status=EntryStatus.REJECTED)
    first = announce_screening(edition, by=chair)
    objection = raise_objection(failed, by=member_of(failed.innovation.unit), text="SK ada.")
    decide_objection(objection, by=chair, granted=True, reason="SK terbaca.")
    with clock.shifted_to(first.objections_until):
        second = announce_screening(edition, by=chair, reason="Sanggahan diterima.")
        now = Client().get(f"/seleksi/{edition.code}/").text
        then = Client().get(f"/seleksi/{edition.code}/v1/").text
        assert failed.innovation.short_name in now
        assert failed.number not in re.findall(r'data-label="Nomor">(\d+)', then)
        assert "Versi ini sudah diganti" in then
        assert second.number in then
        assert "Diganti" in Client().get(f"/verifikasi/{first.number}/").text
        assert Client().get(f"/seleksi/{edition.code}/v3/").status_code == 404


def told(response, *secrets: str) -> tuple[int, bytes, dict[str, str]]:
    """Everything that an answer says, but for what the asker wrote and what is new with every answer."""
    content = response.content
    for secret in secrets:
        content = content.replace(secret.encode(), b"-")
    content = re.sub(rb' data-now="[^"]+"', b"", content)
    content = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", content)
    headers = {name: value for name, value in response.headers.items() if name not in ("Content-Length", "Vary")}
    return response.status_code, content, headers


def test_before_its_moment_every_address_answers_like_nonsense(edition, chair):
    home = told(Client().get("/"))
    rows = told(Client().get("/riwayat/"))
    made = announce_screening(edition, by=chair, visible_from=clock.now() + SOON)
    nowhere = "x" * len(edition.code)
    for tail in ("", "v1/", "v1/pengumuman.pdf", "v1/isi.json"):
        there, nonsense = f"/seleksi/{edition.code}/{tail}", f"/seleksi/{nowhere}/{tail}"
        for ask in (Client().get, Client().head):
            assert told(ask(there), edition.code) == told(ask(nonsense), nowhere)
        tagged = Client().get(there, headers={"If-None-Match": f'"{made.document.sha256}"'})
        assert told(tagged, edition.code) == told(Client().get(nonsense), nowhere)
    number = made.number.replace("001", "999")
    for ask in (Client().get, Client().head):
        assert told(ask(f"/verifikasi/{made.number}/"), made.number) == told(ask(f"/verifikasi/{number}/"), number)
    assert told(Client().get("/")) == home
    assert told(Client().get("/riwayat/")) == rows
    cancel_announcement(made, by=chair, reason="Keliru.")
    assert Client().get(f"/seleksi/{edition.code}/").status_code == 404
    with clock.shifted_to(made.visible_from + SOON):
        assert Client().get(f"/seleksi/{edition.code}/").status_code == 404
        assert Client().get(f"/verifikasi/{made.number}/").status_code == 404


def test_at_its_moment_it_is_there(edition, chair):
    made = announce_screening(edition, by=chair, visible_from=clock.now() + SOON)
    with clock.shifted_to(made.visible_from):
        assert Client().get(f"/seleksi/{edition.code}/").status_code == 200
        assert Client().get(f"/verifikasi/{made.number}/").status_code == 200


@pytest.mark.draws
def test_the_paper_says_it_in_figures_and_words(edition, chair):
    made = announce_screening(edition, by=chair)
    reader = PdfReader(BytesIO(storage.read(made.document)))
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))
    failed = edition.entries.get(status=EntryStatus.REJECTED)
    assert "3 (tiga)" in text
    assert "2 (dua)" in text
    assert f"Nomor: {made.number}" in text
    assert "Ketua Panitia" in text
    assert "mengajukan sanggahan satu kali" in text
    assert failed.innovation.short_name not in text
    client = client_of(chair)
    draft = PdfReader(BytesIO(client.get(url("draft", edition.pk)).content))
    assert "RANCANGAN, BELUM BERLAKU" in draft.pages[0].extract_text()
