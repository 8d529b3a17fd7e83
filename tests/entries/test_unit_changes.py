"""Units that are renamed or merged keep their history."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competitions.models import Edition, StageKind
from entries.actions.members import NewMember, add_member
from entries.actions.unit_changes import merge_units, rename_unit
from entries.models import Entry, Innovation, Participation, ServiceUnit, UnitName
from entries.queries import frozen_content
from entries.states import EntryStatus, UnitStatus
from entries.unit_queries import same_named_unit, successor_of, suggested_units
from kiks import clock
from kiks.exceptions import RuleBrokenError, WrongStateError
from kiks.formats import local_date
from kiks.models import AuditEvent, OutgoingMail
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, make_agency, make_unit, member_of
from tests.factories.people import client_of, make_committee_user, make_user

pytestmark = pytest.mark.django_db
REASON = "Perwal 12/2026"


def over(edition):
    """The edition with every stage in the past."""
    stages = list(edition.stages.order_by("opens_at"))
    back = max(stage.closes_at for stage in stages) - clock.now() + timedelta(days=1)
    for stage in stages:
        stage.opens_at, stage.closes_at = stage.opens_at - back, stage.closes_at - back
        stage.save()
    return edition


def verify_audit() -> str:
    out = StringIO()
    call_command("verify_audit", stdout=out)
    return out.getvalue()


def test_rename_keeps_the_old_name_with_its_last_day():
    unit, committee = make_unit(), make_committee_user()
    old = unit.name
    renamed = rename_unit(unit, by=committee, name="  Puskesmas   Baru ", reason=REASON)
    assert renamed.name == "Puskesmas Baru"
    known = UnitName.objects.get()
    assert (known.name, known.used_until) == (old, local_date(clock.now()))
    event = json.loads(AuditEvent.objects.get(kind="unit.renamed").body)["data"]
    assert (event["old"], event["new"], event["reason"]) == (old, "Puskesmas Baru", REASON)
    mail = OutgoingMail.objects.get(template="unit_renamed.txt")
    assert (mail.to_user, old in mail.subject, REASON in mail.text) == (member_of(unit), True, True)
    assert [found.pk for found in suggested_units(old)][0] == unit.pk


def test_a_name_may_come_back():
    unit, committee = make_unit(), make_committee_user()
    old = unit.name
    rename_unit(unit, by=committee, name="Puskesmas Baru", reason=REASON)
    assert rename_unit(unit, by=committee, name=old, reason=REASON).name == old
    rename_unit(unit, by=committee, name="Puskesmas Baru", reason=REASON)
    assert sorted(unit.other_names.values_list("name", flat=True)) == sorted([old, "Puskesmas Baru"])


@pytest.mark.parametrize(
    ("name", "reason", "words"),
    [
        ("", REASON, "Tulis nama baru"),
        ("Puskesmas Baru", " ", "Tulis alasan atau dasar"),
        ("same", REASON, "sama dengan nama sekarang"),
        ("twin", REASON, "sudah memakai nama itu"),
    ],
)
def test_rename_refusals(name, reason, words):
    unit = make_unit()
    twin = make_unit(agency=unit.agency)
    name = {"same": unit.name, "twin": twin.name.upper()}.get(name, name)
    with pytest.raises(RuleBrokenError, match=words):
        rename_unit(unit, by=make_committee_user(), name=name, reason=reason)
    unit.refresh_from_db()
    assert not UnitName.objects.exists()


def test_a_mere_change_of_spelling_is_a_new_name():
    unit = make_unit()
    assert rename_unit(unit, by=make_committee_user(), name=unit.name.upper(), reason=REASON).name == unit.name.upper()


def test_changes_are_for_the_committee():
    unit, into = make_unit(), make_unit()
    for by in (member_of(unit), make_user()):
        with pytest.raises(PermissionDenied):
            rename_unit(unit, by=by, name="Lain", reason=REASON)
        with pytest.raises(PermissionDenied):
            merge_units(unit, into, by=by, reason=REASON)


def test_merge_moves_innovations_members_and_names():
    entry = entry_at(EntryStatus.PASSED)
    unit, into, committee = entry.innovation.unit, make_unit(), make_committee_user()
    history = Innovation.objects.create(unit=unit, short_name="Lama")
    Participation.objects.create(innovation=history, edition=make_edition(StageKind.JUDGING, year=2025), ordinal=1)
    UnitName.objects.create(unit=unit, name="PKM Uji")
    over(entry.edition)
    person = member_of(unit)
    merge_units(unit, into, by=committee, reason=REASON)
    unit.refresh_from_db()
    assert (unit.status, unit.merged_into, unit.merged_by) == (UnitStatus.MERGED, into, committee)
    assert set(into.innovations.all()) == {history, entry.innovation}
    assert history.participations.count() == 1
    assert set(into.members.values_list("user", flat=True)) >= {person.pk}
    assert not unit.members.filter(left_at__isnull=True).exists()
    names = dict(into.other_names.values_list("name", "used_until"))
    assert names == {unit.name: local_date(clock.now()), "PKM Uji": None}
    assert successor_of(unit) == into
    assert {mail.to_user_id for mail in OutgoingMail.objects.filter(template="unit_merged.txt")} == set(
        into.members.values_list("user", flat=True)
    )


def test_what_was_submitted_keeps_the_old_name_and_the_chain_stays_whole():
    entry = entry_at(EntryStatus.PASSED)
    unit, into, committee = entry.innovation.unit, make_unit(), make_committee_user()
    over(entry.edition)
    old, digest = unit.name, entry.current_version.digest
    merge_units(unit, into, by=committee, reason=REASON)
    rename_unit(into, by=committee, name="Puskesmas Gabungan", reason=REASON)
    entry.refresh_from_db()
    assert (frozen_content(entry.current_version)["unit"], entry.current_version.digest) == (old, digest)
    assert entry.innovation.unit.name == "Puskesmas Gabungan"
    text = verify_audit()
    assert "UTUH     kiks: " in text
    assert "BERBEDA" not in text


def test_editions_that_are_over_go_on_showing_the_old_name():
    entry, committee = entry_at(EntryStatus.PASSED), make_committee_user()
    unit, into = entry.innovation.unit, make_unit()
    history = Edition.objects.create(code="kiks-2021", year=2021, name="KIKS-1", is_history=True)
    past = Participation.objects.create(
        innovation=entry.innovation, edition=history, ordinal=2, is_imported=True, reported_stage="finalist"
    )
    old = unit.full_name
    rename_unit(unit, by=committee, name="Puskesmas Baru", reason=REASON)
    entry = Entry.objects.get()
    assert entry.unit_then == entry.innovation.unit.full_name != old
    over(entry.edition)
    between = entry.innovation.unit.full_name
    merge_units(unit, into, by=committee, reason=REASON)
    entry, past = Entry.objects.get(), Participation.objects.get(pk=past.pk)
    assert (entry.unit_then, past.unit_then, entry.innovation.unit) == (between, old, into)
    assert old in Client().get("/hasil/kiks-2021/").content.decode()
    rename_unit(into, by=committee, name="Puskesmas Lain", reason=REASON)
    assert Entry.objects.get().unit_then == between
    assert "BERBEDA" not in verify_audit()


def test_the_old_name_finds_the_successor():
    unit, into = make_unit(), make_unit()
    merge_units(unit, into, by=make_committee_user(), reason=REASON)
    assert suggested_units(unit.name)[0] == into
    assert unit not in suggested_units(unit.name)
    assert same_named_unit(unit.agency, unit.name) == into
    client = client_of(make_committee_user())
    page = client.get(reverse("admin:entries_serviceunit_changelist"), {"q": unit.name})
    assert set(page.context["cl"].result_list) == {unit, into}


def test_a_person_in_both_units_stays_in_the_successor_once():
    unit, into = make_unit(), make_unit()
    both = member_of(unit)
    add_member(into, by=make_committee_user(), person=NewMember(name="X", email=both.email, job_title="Staf"))
    merge_units(unit, into, by=make_committee_user(), reason=REASON)
    assert into.members.filter(user=both, left_at__isnull=True).count() == 1


@pytest.mark.parametrize("status", [EntryStatus.DRAFT, EntryStatus.SUBMITTED, EntryStatus.RETURNED, EntryStatus.PASSED])
def test_merge_waits_for_entries_in_play(status):
    entry = entry_at(status)
    with pytest.raises(RuleBrokenError, match=entry.innovation.short_name):
        merge_units(entry.innovation.unit, make_unit(), by=make_committee_user(), reason=REASON)
    assert entry.innovation.unit.status == UnitStatus.VERIFIED


@pytest.mark.parametrize("status", [EntryStatus.REJECTED, EntryStatus.WITHDRAWN])
def test_merge_does_not_wait_for_entries_that_are_out(status):
    entry = entry_at(status)
    merge_units(entry.innovation.unit, make_unit(), by=make_committee_user(), reason=REASON)
    assert ServiceUnit.objects.filter(status=UnitStatus.MERGED).count() == 1


def test_merge_refusals():
    unit, into, third, committee = make_unit(), make_unit(), make_unit(), make_committee_user()
    with pytest.raises(RuleBrokenError, match="dirinya sendiri"):
        merge_units(unit, unit, by=committee, reason=REASON)
    with pytest.raises(RuleBrokenError, match="Tulis alasan atau dasar"):
        merge_units(unit, into, by=committee, reason="")
    merge_units(unit, into, by=committee, reason=REASON)
    with pytest.raises(WrongStateError, match="sudah digabung"):
        merge_units(third, unit, by=committee, reason=REASON)
    with pytest.raises(WrongStateError, match="sudah digabung"):
        merge_units(unit, third, by=committee, reason=REASON)
    with pytest.raises(WrongStateError, match="sudah digabung"):
        rename_unit(unit, by=committee, name="Lain", reason=REASON)


def test_mergers_may_follow_each_other():
    first, second, third, committee = make_unit(), make_unit(), make_unit(), make_committee_user()
    merge_units(first, second, by=committee, reason=REASON)
    merge_units(second, third, by=committee, reason=REASON)
    first.refresh_from_db()
    assert successor_of(first) == third
    assert set(third.other_names.values_list("name", flat=True)) == {first.name, second.name}


def test_pages_of_the_committee():
    unit, into = make_unit(), make_unit()
    Innovation.objects.create(unit=unit, short_name="SI LAMA")
    client = client_of(make_committee_user())
    rename = reverse("admin:entries_serviceunit_rename", args=[unit.pk])
    merge = reverse("admin:entries_serviceunit_merge", args=[unit.pk])
    page = client.get(reverse("admin:entries_serviceunit_change", args=[unit.pk])).content.decode()
    assert rename in page
    assert merge in page
    assert client.get(rename).status_code == 200
    assert "sama dengan" in client.post(rename, {"name": unit.name, "reason": REASON}).content.decode()
    assert client.post(rename, {"name": "Puskesmas Anyar", "reason": REASON}).status_code == 302
    assert "Pilih unit yang meneruskan" in client.get(merge).content.decode()
    assert "tidak tersedia" in client.get(merge, {"into": unit.pk}).content.decode()
    page = client.get(merge, {"into": into.pk}).content.decode()
    for moved in ("SI LAMA", "Anggota Unit, Kepala", "Puskesmas Anyar", "tidak dapat dibatalkan"):
        assert moved in page
    unit.refresh_from_db()
    assert unit.status == UnitStatus.VERIFIED
    assert client.post(f"{merge}?into={into.pk}", {"reason": ""}).status_code == 200
    response = client.post(f"{merge}?into={into.pk}", {"reason": REASON})
    assert response.url == reverse("admin:entries_serviceunit_change", args=[into.pk])
    page = client.get(reverse("admin:entries_serviceunit_change", args=[unit.pk])).content.decode()
    assert rename not in page


def test_the_page_of_a_merger_names_what_is_in_play():
    entry = entry_at(EntryStatus.SUBMITTED)
    unit, into = entry.innovation.unit, make_unit()
    client = client_of(make_committee_user())
    address = f"{reverse('admin:entries_serviceunit_merge', args=[unit.pk])}?into={into.pk}"
    assert "masih berjalan" in client.get(address).content.decode()
    assert "masih berjalan" in client.post(address, {"reason": REASON}).context["form"].errors["__all__"][0]


def test_the_page_of_a_merger_asks_as_often_for_much_as_for_little():
    unit, into = make_unit(), make_unit()
    edition = make_edition(StageKind.JUDGING, year=2025)
    client = client_of(make_committee_user())
    address = f"{reverse('admin:entries_serviceunit_merge', args=[unit.pk])}?into={into.pk}"

    def grow(number):
        innovation = Innovation.objects.create(unit=unit, short_name=f"INOVASI {number}")
        Participation.objects.create(innovation=innovation, edition=edition, ordinal=1)

    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    grow(0)
    count()
    one = count()
    for number in range(1, 20):
        grow(number)
    assert count() == one


def test_a_registered_name_in_another_agency_is_no_twin():
    unit = make_unit()
    assert same_named_unit(make_agency(), unit.name) is None
