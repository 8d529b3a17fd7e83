"""The register of official papers: what stands, what was withdrawn or replaced, and what anybody may know of it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from judging.actions.papers import replace_record, withdraw_record
from judging.actions.publication import publish_edition
from judging.models import OfficialRecord
from judging.states import RecordKind, RecordStatus
from kiks import clock
from kiks.exceptions import RuleBrokenError
from kiks.models import AuditEvent
from tests.factories.people import client_of, make_user
from tests.factories.publications import judged_edition, publish, without_drawing

pytestmark = [pytest.mark.django_db, pytest.mark.long]
REASON = "Nama pimpinan keliru tertulis."


@pytest.fixture(autouse=True)
def _papers_are_not_drawn(monkeypatch):
    without_drawing(monkeypatch)


@pytest.fixture
def edition():
    return judged_edition()


@pytest.fixture
def record(edition):
    return edition.records.get(kind=RecordKind.WINNERS)


def checked(client, record: OfficialRecord):
    return client.get(reverse("judging:verify_paper", args=[record.number]))


def test_a_replaced_paper_stays_beside_the_new_one_and_names_it(client, edition, record):
    new = replace_record(record, by=record.issued_by, reason=REASON)
    record.refresh_from_db()
    assert (record.status, record.status_reason, record.replaced_by) == (RecordStatus.REPLACED, REASON, new)
    assert (new.status, new.kind, new.ranking_id) == (RecordStatus.ISSUED, record.kind, record.ranking_id)
    assert new.number != record.number
    assert AuditEvent.objects.filter(kind="record.replaced", chain=edition.code).exists()
    publish(edition)
    page = checked(client, record).content.decode()
    assert "Diganti" in page
    assert f"nomor {new.number}" in page
    assert REASON in page
    assert "Berlaku" in checked(client, new).content.decode()


def test_a_withdrawn_paper_says_so_and_why_and_opens_the_way_for_another(client, edition, record):
    withdraw_record(record, by=record.issued_by, reason=REASON)
    with pytest.raises(RuleBrokenError, match="Terbitkan dahulu berita acara"):
        publish(edition)
    staff = client_of(record.issued_by)
    room = staff.get(reverse("admin:judging_room", args=[record.ranking.round_id])).content.decode()
    assert reverse("admin:judging_record", args=[record.ranking_id]) in room
    staff.post(reverse("admin:judging_record", args=[record.ranking_id]))
    publish(edition)
    page = checked(client, record).content.decode()
    assert "Dicabut" in page
    assert REASON in page


@pytest.mark.parametrize("act", [withdraw_record, replace_record])
def test_what_has_ended_does_not_end_again_and_only_the_committee_ends_it(record, act):
    with pytest.raises(PermissionDenied):
        act(record, by=make_user("Orang Luar"), reason=REASON)
    with pytest.raises(RuleBrokenError, match="Tulis alasannya"):
        act(record, by=record.issued_by, reason="  ")
    withdraw_record(record, by=record.issued_by, reason=REASON)
    with pytest.raises(RuleBrokenError, match="Dicabut"):
        act(record, by=record.issued_by, reason=REASON)


def test_before_the_publication_a_paper_of_a_result_is_as_unknown_as_none(client, edition, record):
    replace_record(record, by=record.issued_by, reason=REASON)
    publish(edition, visible_in=timedelta(hours=1))
    assert checked(client, record).status_code == 404


def test_a_paper_of_a_corrected_ranking_that_was_never_published_is_known_without_its_file(client, edition, record):
    publish_edition(edition, by=record.issued_by, visible_from=clock.now())
    address = reverse("judging:record_file", args=[edition.code, record.pk])
    assert client.get(address).status_code == 200
    publish_edition(edition, by=record.issued_by, visible_from=clock.now(), reason="Salah ketik pada pengumuman.")
    assert client.get(address).status_code == 200  # a ranking of two publications is one paper
    paper = checked(client, record)
    assert address in paper.content.decode()


def test_the_register_lists_every_paper_and_its_pages_do_the_acts(edition, record):
    staff = client_of(record.issued_by)
    paper = reverse("admin:judging_register_paper", args=[record.pk])
    listed = staff.get(reverse("admin:judging_register", args=[edition.pk])).content.decode()
    assert paper in listed
    assert record.number in listed
    replacing = reverse("admin:judging_register_replace", args=[record.pk])
    assert "alasannya" in staff.post(replacing, {"reason": ""}).content.decode()
    answer = staff.post(replacing, {"reason": REASON}, follow=True).content.decode()
    assert f"Naskah nomor {record.number} diganti naskah nomor" in answer
    withdrawing = reverse("admin:judging_register_withdraw", args=[record.pk])
    assert "statusnya sudah “Diganti”" in staff.post(withdrawing, {"reason": REASON}, follow=True).content.decode()
    assert "Diganti" in staff.get(reverse("admin:judging_register", args=[edition.pk])).content.decode()


def test_a_paper_that_is_not_signed_has_no_signed_file(record):
    staff = client_of(record.issued_by)
    address = reverse("admin:judging_register_file", args=[record.pk, "bertanda-tangan"])
    assert staff.get(address).status_code == 404
    copy = staff.get(reverse("admin:judging_register_file", args=[record.pk, "untuk-ditandatangani"]))
    assert copy.headers["Content-Type"] == "application/pdf"
