"""A person's data as a file, and their erasure that leaves what is official."""

import json
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt, AccessLog
from django.contrib.admin.models import LogEntry
from django.core import mail as outbox
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.text import slugify

from entries.models import Entry, EntryVersion, ServiceUnit, UnitMember
from entries.states import EntryStatus
from judging.models import Assignment, Judge
from kiks import clock, mail
from kiks.audit_check import check_chain, differing_rows
from kiks.committee import end_seat, invite_member
from kiks.erasure import NOBODY, erase_person
from kiks.exceptions import RuleBrokenError, WrongStateError
from kiks.models import AuditEvent, OutgoingMail, User
from kiks.people import change_address, edit_profile, reactivate_user
from kiks.personal_data import sections
from tests.factories.entries import entry_at, make_unit, member_of
from tests.factories.judging import hand_in_all, open_desk_round, published_edition
from tests.factories.people import PASSWORD, client_of, make_committee_user, make_user

pytestmark = pytest.mark.django_db
NIP = "198001012006041001"
REASON = "Permintaan tertulis yang bersangkutan."


@pytest.fixture
def officer():
    return make_committee_user("Petugas Satu")


@pytest.fixture
def committee(officer):
    return client_of(officer)


def data_of(client: Client, url: str) -> dict:
    response = client.get(url)
    assert response.headers["Content-Disposition"].startswith("attachment; filename=")
    assert response.headers["Cache-Control"] == "no-store"
    return json.loads(response.getvalue())


def page_of(act: str, user: User) -> str:
    return reverse(f"admin:kiks_user_{act}", args=[user.pk])


def log_in(user: User) -> Client:
    client = Client(HTTP_USER_AGENT="Firefox Uji")
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client


def leave(user: User, by: User) -> None:
    user.unit_memberships.filter(left_at__isnull=True).update(left_at=clock.now(), left_by=by)


@pytest.fixture
def writer():
    """A member of a unit, with a submitted entry, an employee number, and traces everywhere."""
    entry = entry_at(EntryStatus.SUBMITTED)
    user = member_of(entry.innovation.unit)
    UnitMember.objects.filter(user=user).update(employee_number=NIP)
    edit_profile(user, by=user, name="Siti Aminah", phone="0812-3456")
    user.refresh_from_db()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


# The file


def test_ones_own_data_is_one_file_with_indonesian_headings(writer):
    log_in(writer)
    data = data_of(log_in(writer), reverse("my_data"))
    assert data["Akun"][0]["nama"] == "Siti Aminah"
    assert data["Akun"][0]["telepon"] == "0812-3456"
    assert data["Keanggotaan unit"][0]["NIP"] == NIP
    assert data["Unit yang didaftarkan"][0]["unit"].startswith("Puskesmas")
    assert data["Usulan yang ditulis"][0]["nomor"] == Entry.objects.get().number
    assert len(data["Lampiran yang diunggah"]) == Entry.objects.get().attachments.count()
    assert [row["peramban"] for row in data["Sesi"]] == ["Firefox Uji"] * 2
    assert {row["hasil"] for row in data["Catatan masuk"]} == {"masuk"}
    assert data["Surat"]
    acts = {(row["tindakan"], row["objek"]) for row in data["Jejak tindakan"]}
    assert ("dikirim", f"usulan {Entry.objects.get().pk}") in acts
    assert data["Akun"][0]["dibuat pada"].endswith("+07:00")


def test_the_file_holds_nothing_of_anybody_else_and_no_secret(writer):
    other = make_user("Orang Lain", "lain@contoh.test")
    log_in(other)
    Authenticator.objects.create(user=writer, type=Authenticator.Type.TOTP, data={"secret": "RAHASIA"})
    text = client_of(writer).get(reverse("my_data")).getvalue().decode()
    for hidden in ("lain@contoh.test", "Orang Lain", "RAHASIA", "pbkdf2", "md5$", writer.password):
        assert hidden not in text


def test_the_committee_takes_the_file_of_a_person_and_that_is_on_record(committee, officer, writer):
    url = page_of("data_pribadi", writer)
    assert url in committee.get(reverse("admin:kiks_user_change", args=[writer.pk])).text
    assert data_of(committee, url)["Akun"][0]["alamat email"] == writer.email
    event = AuditEvent.objects.get(kind="user.data_exported")
    assert (event.actor_id, event.target) == (officer.pk, f"kiks_user:{writer.pk}")
    assert client_of(make_user()).get(url).status_code in (302, 403)


def test_a_judges_file_has_the_seat_and_the_conflicts_but_no_mark():
    round_ = open_desk_round(entries=2, judges=2)
    hand_in_all(round_)
    judge = Judge.objects.filter(edition=round_.edition).first()
    for client, url in (
        (client_of(judge.user), reverse("my_data")),
        (client_of(round_.opened_by), page_of("data_pribadi", judge.user)),
    ):
        data = data_of(client, url)
        assert data["Penunjukan sebagai juri"][0]["label"] == judge.label
        assert len(data["Usulan yang ditugaskan"]) == Assignment.objects.filter(judge=judge).count()
        assert {row["benturan kepentingan"] for row in data["Usulan yang ditugaskan"]} == {"Tidak ada"}
        assert all("nilai" not in row for rows in data.values() for row in rows)


def test_what_a_judge_got_in_confidence_is_not_shown_to_the_committee():
    round_ = open_desk_round(entries=1, judges=1)
    hand_in_all(round_)
    judge = Judge.objects.get(edition=round_.edition)
    receipt = OutgoingMail.objects.filter(to_user=judge.user, template="judge_receipt.txt").first()
    texts = [row["isi"] for row in data_of(client_of(round_.opened_by), page_of("data_pribadi", judge.user))["Surat"]]
    assert receipt.text not in texts
    assert receipt.text in [row["isi"] for row in data_of(client_of(judge.user), reverse("my_data"))["Surat"]]


def test_the_file_asks_the_same_however_much_there_is(writer, django_assert_max_num_queries):
    client = client_of(writer)
    with django_assert_max_num_queries(60) as few:
        client.get(reverse("my_data")).getvalue()
        asked = len(few)
    for _ in range(3):
        unit = make_unit()
        UnitMember.objects.create(unit=unit, user=writer, job_title="X", joined_at=clock.now(), joined_by=writer)
        entry_at(EntryStatus.SUBMITTED, unit=member_unit(unit, writer))
    with django_assert_max_num_queries(asked):
        client.get(reverse("my_data")).getvalue()


def member_unit(unit, user):
    """The unit with this person as its only member."""
    UnitMember.objects.filter(unit=unit).exclude(user=user).delete()
    return unit


# Erasure


def test_a_role_must_end_first(committee, officer, writer):
    erase = page_of("hapus_data_pribadi", writer)
    assert "Masih menjadi anggota" in committee.get(erase).text
    refused = committee.post(erase, {"reason": REASON})
    assert "Akhiri dahulu keanggotaannya." in refused.text
    seat, _ = invite_member(by=officer, email="panitia@contoh.test", name="Panitia Dua")
    with pytest.raises(RuleBrokenError, match="anggota panitia"):
        erase_person(seat.user, by=officer, reason=REASON)
    round_ = open_desk_round()
    judge = Judge.objects.filter(edition=round_.edition).first()
    with pytest.raises(RuleBrokenError, match="Masih menjadi juri J1"):
        erase_person(judge.user, by=officer, reason=REASON)
    assert not User.objects.filter(erased_at__isnull=False).exists()
    assert not AuditEvent.objects.filter(kind="user.erased").exists()


def test_everything_personal_goes_and_everything_official_stays(committee, officer, writer):
    email, client = writer.email, log_in(writer)
    mail.send_waiting()
    mail.queue("address_changed.txt", to=writer, new_address="x@contoh.test")
    Authenticator.objects.create(user=writer, type=Authenticator.Type.TOTP, data={"secret": "RAHASIA"})
    Client().post(reverse("account_login"), {"login": email, "password": "salah semua"})
    leave(writer, officer)
    version = EntryVersion.objects.get()
    content, events = version.content, AuditEvent.objects.count()
    page = committee.get(page_of("hapus_data_pribadi", writer)).text
    assert "Nama tetap tersimpan, karena tercatat pada berkas resmi" in page
    assert "pengiriman usulan" in page
    assert (
        "Data pribadi dihapus."
        in committee.post(page_of("hapus_data_pribadi", writer), {"reason": REASON}, follow=True).text
    )
    writer.refresh_from_db()
    assert (writer.name, writer.phone) == ("Siti Aminah", "")
    assert writer.email == f"dihapus-{writer.pk}@dihapus.invalid"
    assert (writer.is_active, writer.has_usable_password(), writer.erased_by) == (False, False, officer)
    assert client.get(reverse("workplace")).status_code == 302
    for model in (Authenticator, UserSession, EmailAddress):
        assert not model.objects.filter(user=writer).exists()
    for model in (AccessAttempt, AccessLog):
        assert not model.objects.filter(username=email).exists()
    assert set(UnitMember.objects.filter(user=writer).values_list("employee_number", flat=True)) == {""}
    version.refresh_from_db()
    assert version.content == content
    assert Entry.objects.get().submitted_by == writer
    assert AuditEvent.objects.count() > events


def test_no_table_knows_the_address_phone_or_number_any_more(committee, officer, writer):
    """Every text column of the database is searched, the audit chain too."""
    email = writer.email
    ServiceUnit.objects.update(email=email.upper(), phone="0812-3456")
    log_in(writer)
    committee.post(reverse("admin:kiks_user_change", args=[writer.pk]), {"name": writer.name, "phone": "0812-3456"})
    leave(writer, officer)
    erase_person(writer, by=officer, reason=REASON)
    for needle in (email, email.upper(), "0812-3456", NIP):
        assert tables_with(needle) == []


def tables_with(needle: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        tables = [name for (name,) in cursor.fetchall() if name != "django_session"]
        found = []
        for table in tables:
            question = f'SELECT EXISTS (SELECT FROM "{table}" item WHERE item::text LIKE %s)'  # noqa: S608
            cursor.execute(question, [f"%{needle}%"])
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def test_the_chains_stay_whole_after_an_erasure(officer, writer):
    leave(writer, officer)
    erase_person(writer, by=officer, reason=REASON)
    assert check_chain("kiks").problems == []
    assert list(differing_rows([])) == []
    call_command("verify_audit")


def test_a_name_that_stands_nowhere_goes_too(officer):
    user = make_user("Budi Sementara")
    edit_profile(user, by=user, name="Budi Lain", phone="")
    log_entry = LogEntry.objects.create(
        user=officer, content_type_id=type_of(User), object_id=str(user.pk), object_repr="Budi Lain", action_flag=2
    )
    assert erase_person(user, by=officer, reason=REASON).name == NOBODY
    log_entry.refresh_from_db()
    assert log_entry.object_repr == ""
    assert tables_with("Budi") == []


def type_of(model: type) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM django_content_type WHERE model = %s", [model._meta.model_name])
        return cursor.fetchone()[0]


def test_the_name_of_a_former_committee_member_and_of_a_judge_stays(officer):
    seat, invitation = invite_member(by=officer, email="dulu@contoh.test", name="Panitia Dulu")
    end_seat(seat, by=officer)
    assert erase_person(seat.user, by=officer, reason=REASON).name == "Panitia Dulu"
    invitation.refresh_from_db()
    assert invitation.revoked_by == officer
    edition = published_edition()
    judge = Judge.objects.filter(edition=edition).first()
    name = judge.user.name
    erased = erase_person(judge.user, by=officer, reason=REASON)
    assert (erased.name, slugify(erased.email)) == (name, slugify(f"dihapus-{erased.pk}@dihapus.invalid"))
    call_command("verify_results", edition.code)


def test_mail_to_the_person_stops(officer):
    user = make_user("Budi", "budi@contoh.test")
    mail.queue("address_changed.txt", to=user, new_address="a@contoh.test")
    mail.send_waiting()
    mail.queue("address_changed.txt", to=user, new_address="b@contoh.test")
    user = erase_person(user, by=officer, reason=REASON)
    assert not OutgoingMail.objects.filter(to_user=user, sent_at__isnull=True).exists()
    mail.queue("address_changed.txt", to=user, new_address="c@contoh.test")
    assert mail.send_waiting() == (0, 0)
    assert len(outbox.outbox) == 1
    sent = OutgoingMail.objects.get(sent_at__isnull=False)
    assert (sent.to_address, "a@contoh.test" in sent.text) == ("", False)


def test_an_erasure_is_refused_where_it_must_be(committee, officer):
    user = make_user()
    with pytest.raises(PermissionDenied):
        erase_person(user, by=user, reason=REASON)
    with pytest.raises(RuleBrokenError, match="Anda sendiri"):
        erase_person(officer, by=officer, reason=REASON)
    with pytest.raises(RuleBrokenError, match="alasan"):
        erase_person(user, by=officer, reason=" ")
    erased = erase_person(user, by=officer, reason=REASON)
    with pytest.raises(WrongStateError, match="sudah dihapus"):
        erase_person(erased, by=officer, reason=REASON)
    with pytest.raises(WrongStateError, match="Undang orangnya"):
        reactivate_user(erased, by=officer)
    with pytest.raises(WrongStateError):
        change_address(erased, by=officer, email="lagi@contoh.test")
    with pytest.raises(WrongStateError):
        edit_profile(erased, by=officer, name="Lagi", phone="")
    page = committee.get(reverse("admin:kiks_user_change", args=[erased.pk])).text
    assert "Data pribadi dihapus" in page
    assert page_of("hapus_data_pribadi", erased) not in page


def test_who_was_erased_can_be_invited_anew(officer):
    user = make_user("Budi", "budi@contoh.test")
    erase_person(user, by=officer, reason=REASON)
    seat, invitation = invite_member(by=officer, email="budi@contoh.test", name="Budi Baru")
    assert seat.user_id != user.pk
    assert invitation is not None


def test_a_mail_that_waits_for_its_moment_is_not_in_the_file_before():
    user, moment = make_user(), clock.now() + timedelta(hours=1)
    fields = {"to_user": user, "to_address": user.email, "text": "Isi", "template": "screening_passed.txt"}
    OutgoingMail.objects.create(subject="Nanti", not_before=moment, **fields)
    OutgoingMail.objects.create(subject="Sekarang", **fields)
    assert [row["perihal"] for row in dict(sections(user, is_own=True))["Surat"]] == ["Sekarang"]
    OutgoingMail.objects.update(not_before=clock.now())
    assert len(dict(sections(user, is_own=True))["Surat"]) == 2
