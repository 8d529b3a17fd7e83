"""Calendar files of stages, and the status of an entry in words."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from competitions.actions import reschedule_stage
from competitions.models import StageKind
from entries.models import Entry
from entries.states import EntryStatus
from entries.status_words import status_sentences
from kiks import clock
from kiks.calendar_files import CalendarEvent, calendar_file
from kiks.formats import JAKARTA, date_range, day_month_year, indonesian_datetime
from tests.factories.announcements import announced
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, make_unit, member_of
from tests.factories.people import client_of, make_committee_user, make_user

# A moment as the database may give it: of another zone, with microseconds.
STAMP = datetime(2026, 11, 25, 16, 0, 0, 5, tzinfo=JAKARTA)


def one_event(**fields):
    known = {
        "uid": "a@b",
        "starts_at": datetime(2026, 12, 1, 7, 0, tzinfo=JAKARTA),
        "ends_at": datetime(2026, 12, 15, 16, 59, tzinfo=UTC),
        "title": "Pengajuan inovasi – KIKS 2026",
    }
    return calendar_file("KIKS", [CalendarEvent(**known | fields)], stamp=STAMP)


def test_the_file_is_what_the_standard_asks():
    content = one_event(text="Satu, dua; tiga\nempat " + "kata " * 40, sequence=2)
    assert content.count(b"\r\n") == content.count(b"\n")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert content.endswith(b"END:VCALENDAR\r\n")
    for line in (b"VERSION:2.0", b"DTSTAMP:20261125T090000Z", b"DTSTART:20261201T000000Z", b"DTEND:20261215T165900Z"):
        assert line + b"\r\n" in content
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert (str(event["uid"]), event["sequence"], event["transp"]) == ("a@b", 2, "TRANSPARENT")
    assert str(event["description"]).startswith("Satu, dua; tiga\nempat kata")
    assert str(event["summary"]) == "Pengajuan inovasi – KIKS 2026"


def events(response):
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/calendar")
    return {str(event["uid"]): event for event in Calendar.from_ical(response.content).walk("VEVENT")}


@pytest.mark.django_db
def test_everybody_gets_the_stages_of_a_public_edition():
    edition = make_edition()
    found = events(Client().get(f"/aturan/{edition.code}/kalender.ics"))
    assert len(found) == edition.stages.count() == 6
    stage = edition.stages.get(kind=StageKind.SCREENING)
    event = found[f"{edition.code}.screening@kiks.sukabumikota"]
    assert event["dtstart"].dt == stage.opens_at.replace(microsecond=0)
    assert event["sequence"] == 0
    for name in ("", "aturan/"):
        assert f"/aturan/{edition.code}/kalender.ics" in Client().get(f"/{name}").content.decode()


@pytest.mark.django_db
def test_a_stage_that_moved_keeps_its_uid_and_counts_up():
    edition = make_edition()
    stage = edition.stages.get(kind=StageKind.ANNOUNCEMENT)
    closes_at = stage.closes_at + timedelta(days=2)
    reschedule_stage(
        stage, by=make_committee_user(), opens_at=stage.opens_at, closes_at=closes_at, reason="Hari libur."
    )
    event = events(Client().get(f"/aturan/{edition.code}/kalender.ics"))[
        f"{edition.code}.announcement@kiks.sukabumikota"
    ]
    assert (event["sequence"], event["dtend"].dt) == (1, closes_at.replace(microsecond=0))


@pytest.mark.django_db
def test_an_edition_that_is_not_public_has_no_calendar():
    edition = make_edition(opened_at=None, opened_by=None)
    assert Client().get(f"/aturan/{edition.code}/kalender.ics").status_code == 404
    assert Client().get("/aturan/tidak-ada/kalender.ics").status_code == 404


@pytest.mark.django_db
def test_members_get_their_editions_and_their_corrections():
    entry = entry_at(EntryStatus.RETURNED)
    found = events(client_of(member_of(entry.innovation.unit)).get("/usulan/kalender.ics"))
    assert len(found) == 7
    correction = found[f"perbaikan-{entry.pk}-1@kiks.sukabumikota"]
    due_at = entry.screenings.get().correction_due_at
    assert correction["dtend"].dt == due_at.replace(microsecond=0)
    assert len(events(client_of(make_user()).get("/usulan/kalender.ics"))) == 6
    assert Client().get("/usulan/kalender.ics").url.startswith("/akun/login/")


def told(entry, when=None):
    entry = Entry.objects.get(pk=entry.pk)
    return status_sentences(entry, when or clock.now())


@pytest.mark.django_db
def test_a_draft_is_told_before_during_and_after_the_submission():
    entry = entry_at(EntryStatus.DRAFT)
    stage = entry.edition.stages.get(kind=StageKind.SUBMISSION)
    assert told(entry) == (f"Draf, belum dikirim. Lengkapi, lalu kirim sebelum {indonesian_datetime(stage.closes_at)}.")
    assert "Pengajuan dibuka" in told(entry, stage.opens_at - timedelta(days=1))
    assert "Draf yang tidak dikirim" in told(entry, stage.closes_at)
    entry.edition.stages.all().delete()
    assert "Jadwal pengajuan belum ditetapkan" in told(entry)


@pytest.mark.django_db
def test_a_submitted_entry_is_told_its_screening():
    entry = entry_at(EntryStatus.SUBMITTED)
    screening = entry.edition.stages.get(kind=StageKind.SCREENING)
    days = date_range(screening.opens_at, screening.closes_at)
    assert told(entry) == f"Terkirim. Seleksi administrasi {days}; hasilnya dikirim ke email Anda."
    assert "hasilnya belum diumumkan" in told(entry, screening.closes_at)
    screening.delete()
    assert told(entry) == "Terkirim. Panitia memeriksa kelengkapannya; hasilnya dikirim ke email Anda."


@pytest.mark.django_db
def test_a_revision_that_is_open_is_told_as_long_as_it_can_be_sent():
    entry = entry_at(EntryStatus.SUBMITTED)
    entry.revision_opened_at, entry.revision_opened_by = clock.now(), entry.submitted_by
    entry.save()
    closes_at = entry.edition.stages.get(kind=StageKind.SUBMISSION).closes_at
    assert "Versi yang terkirim tetap berlaku" in told(entry)
    assert told(entry, closes_at).startswith("Terkirim. Seleksi administrasi")


@pytest.mark.django_db
def test_what_the_screening_said_is_told_with_its_dates():
    returned = entry_at(EntryStatus.RETURNED)
    due_at = returned.screenings.get().correction_due_at
    assert f"kirim sebelum {indonesian_datetime(due_at)}" in told(returned)
    assert "Panitia memutuskan usulan ini" in told(returned, due_at)
    rejected = entry_at(EntryStatus.REJECTED)
    assert told(rejected).startswith("Terkirim. Seleksi administrasi")
    until = announced(rejected.edition).objections_until
    assert f"sampai {indonesian_datetime(until)}" in told(rejected)
    assert "Sanggahan" not in told(rejected, until)
    withdrawn = entry_at(EntryStatus.WITHDRAWN)
    closes_at = withdrawn.edition.stages.get(kind=StageKind.SUBMISSION).closes_at
    assert "dikirim lagi sebelum" in told(withdrawn)
    assert told(withdrawn, closes_at) == "Ditarik kembali, tidak mengikuti seleksi."


@pytest.mark.django_db
def test_an_entry_that_passed_is_told_what_is_still_to_come():
    entry = entry_at(EntryStatus.PASSED)
    stages = {stage.kind: stage for stage in entry.edition.stages.all()}
    assert told(entry).startswith("Terkirim. Seleksi administrasi")
    announced(entry.edition)
    found = told(entry)
    assert "penilaian proposal" in found
    assert f"pengumuman mulai {day_month_year(stages['announcement'].opens_at)}" in found
    assert "penilaian proposal" not in told(entry, stages["judging"].closes_at)
    assert "halaman Hasil" in told(entry, stages["announcement"].opens_at)
    Entry.objects.filter(pk=entry.pk).update(status=EntryStatus.DISQUALIFIED)
    assert told(entry) == "Didiskualifikasi. Hubungi panitia untuk penjelasan."


@pytest.mark.django_db
def test_my_entries_link_receipt_dossier_and_calendar():
    edition, unit = make_edition(), make_unit()
    sent = entry_at(EntryStatus.SUBMITTED, edition=edition, unit=unit)
    draft = entry_at(EntryStatus.DRAFT, edition=edition, unit=unit)
    page = client_of(member_of(unit)).get("/usulan/").content.decode()
    assert f"/usulan/{sent.pk}/tanda-terima/" in page
    assert f"/usulan/{draft.pk}/tanda-terima/" not in page
    assert f"/usulan/{draft.pk}/berkas.pdf" in page
    assert "/usulan/kalender.ics" in page
    assert "Terkirim. Seleksi administrasi" in page


@pytest.mark.django_db
def test_my_entries_and_their_calendar_ask_as_often_for_many_as_for_one():
    edition, unit = make_edition(), make_unit()
    client = client_of(member_of(unit))

    def count():
        counts = []
        for address in ("/usulan/", "/usulan/kalender.ics"):
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            counts.append(len(queries))
        return counts

    entry_at(EntryStatus.RETURNED, edition=edition, unit=unit)
    count()
    one = count()
    entry_at(EntryStatus.RETURNED, edition=edition, unit=unit)
    entry_at(EntryStatus.SUBMITTED, edition=edition, unit=unit)
    assert count() == one
