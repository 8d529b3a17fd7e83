"""The finalists' own pages: who reaches them and when, what is kept, what is refused, who is reminded."""

import re
from datetime import timedelta
from hashlib import sha256

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from judging.actions import finalist as actions
from judging.actions.assignment import assign_judges
from judging.actions.panel import declare_conflicts, recuse
from judging.actions.result import confirm_round
from judging.actions.round import open_round
from judging.finalists import LARGEST_SLIDES, Preparation, tasks_of_entries
from judging.models import Assignment, OfficialRecord, Presentation, PresentationDay
from judging.permissions import check_can_prepare
from judging.states import RecordKind, RecordStatus
from kiks import clock, storage
from kiks.exceptions import RuleBrokenError, StaleVersionError
from kiks.models import AuditEvent, OutgoingMail, StoredDocument
from tests.factories.entries import UnitMember, make_unit, member_of
from tests.factories.hostile import encrypted
from tests.factories.judging import make_presentation_round, settling_round
from tests.factories.pdf import tiny_pdf
from tests.factories.people import client_of, make_user

pytestmark = pytest.mark.django_db
WHO = Preparation("Ani Suryani", "Kepala Seksi", head_attends=True, video_url="https://youtu.be/abc")


@pytest.fixture
def round_():
    desk = settling_round({"001": "70", "002": "80", "003": "90"}, entries=3, judges=2, cutoff=2)
    presentation = make_presentation_round(desk, desk.opened_by)
    confirm_round(desk, by=desk.opened_by)
    return presentation


@pytest.fixture
def committee(round_):
    return round_.source.opened_by


@pytest.fixture
def own(round_):
    return round_.presentations.select_related("entry__innovation__unit", "round__edition").first()


@pytest.fixture
def member(own):
    return member_of(own.entry.innovation.unit)


def announce(round_, **fields):
    return OfficialRecord.objects.create(
        **{
            "edition": round_.edition,
            "kind": RecordKind.ANNOUNCEMENT,
            "ranking": round_.source.rankings.exclude(confirmed_at=None).first(),
            "number": f"{OfficialRecord.objects.count() + 1}/PENG/UJI",
            "document": storage.store(tiny_pdf("pengumuman"), content_type="application/pdf"),
            "data_digest": "0" * 64,
            "issued_at": clock.now(),
            "issued_by": round_.source.opened_by,
        }
        | fields
    )


def make_day(round_, **fields):
    day = {"starts_at": clock.now() + timedelta(days=9), "venue": "Ruang Pertemuan", "what_to_bring": "Laptop"}
    return PresentationDay.objects.create(
        round=round_, **day | {"uploads_close_at": clock.now() + timedelta(days=5)} | fields
    )


def address(presentation, name="finalist"):
    return reverse(f"judging:{name}", args=[presentation.pk])


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def send(client, presentation, act, **fields):
    return client.post(address(presentation), {"act": act, "seen": presentation.version, **fields})


def pdf(content):
    return SimpleUploadedFile("apa.pdf", content)


SAVED = {
    "presenter": "Ani Suryani",
    "presenter_position": "Kepala Seksi",
    "head_attends": "ya",
    "video_url": "https://youtu.be/abc",
}


class TestBeforeTheAnnouncement:
    def test_the_address_answers_like_nonsense(self, own, member):
        for name in ("finalist", "finalist_slides", "finalist_calendar"):
            assert client_of(member).get(address(own, name)).status_code == 404
        assert send(client_of(member), own, "confirm").status_code == 404
        with pytest.raises(PermissionDenied):
            actions.confirm_attendance(own, by=member, seen=1)

    def test_nothing_on_the_units_pages_tells_it(self, own, member):
        client = client_of(member)
        for path in (reverse("entries:index"), reverse("entries:detail", args=[own.entry_id])):
            assert b"/finalis/" not in client.get(path).content

    def test_a_withdrawn_announcement_tells_nothing_and_a_replaced_one_does(self, round_, own, member):
        announce(round_, status=RecordStatus.WITHDRAWN)
        assert client_of(member).get(address(own)).status_code == 404
        announce(round_, status=RecordStatus.REPLACED)
        assert client_of(member).get(address(own)).status_code == 200

    def test_another_paper_announces_nobody(self, round_, own, member):
        announce(round_, kind=RecordKind.SHORTLIST)
        assert client_of(member).get(address(own)).status_code == 404

    def test_a_time_that_was_told_opens_the_page(self, own, member):
        Presentation.objects.filter(pk=own.pk).update(told_starts_at=clock.now())
        assert client_of(member).get(address(own)).status_code == 200

    def test_nobody_is_reminded(self, round_, committee):
        with pytest.raises(RuleBrokenError, match="setelah diumumkan"):
            actions.remind_finalists(round_, by=committee)


@pytest.fixture
def announced(round_):
    return announce(round_)


@pytest.mark.usefixtures("announced")
class TestThePage:
    def test_the_unit_finds_it_from_its_own_pages_without_scores(self, own, member):
        client = client_of(member)
        for path in (reverse("entries:index"), reverse("entries:detail", args=[own.entry_id])):
            assert address(own).encode() in client.get(path).content
        page = text(client.get(address(own)))
        assert page.count("belum ditetapkan") == 4
        assert not re.search(r"(80|90),00", page)

    def test_nobody_else_reaches_it(self, round_, own, committee):
        others = [member_of(make_unit()), committee, round_.edition.judges.first().user]
        others.append(member_of(round_.presentations.last().entry.innovation.unit))
        for user in others:
            assert client_of(user).get(address(own)).status_code == 404
            with pytest.raises(PermissionDenied):
                actions.confirm_attendance(own, by=user, seen=1)

    def test_a_member_who_left_no_longer_reaches_it(self, own, member):
        UnitMember.objects.filter(user=member).update(left_at=clock.now(), left_by=member)
        assert client_of(member).get(address(own)).status_code == 404

    def test_when_where_order_and_calendar(self, round_, own, member):
        make_day(round_)
        starts = clock.now() + timedelta(days=9)
        for row in round_.presentations.all():
            Presentation.objects.filter(pk=row.pk).update(starts_at=starts + timedelta(minutes=20 * row.position))
        client = client_of(member)
        page = text(client.get(address(own)))
        assert "Ruang Pertemuan" in page
        assert "Laptop" in page
        assert "Usulan 002 (Anda)" in page
        assert "Usulan 003," in page
        other = round_.presentations.last().entry.innovation.short_name
        assert other not in page or other == own.entry.innovation.short_name
        file = client.get(address(own, "finalist_calendar"))
        assert file["Content-Type"].startswith("text/calendar")
        assert b"Ruang Pertemuan" in file.content
        assert b"DURATION" not in file.content

    def test_no_calendar_without_a_time(self, round_, own, member):
        make_day(round_)
        assert client_of(member).get(address(own, "finalist_calendar")).status_code == 404

    def test_attendance_is_confirmed_and_undone(self, own, member):
        client = client_of(member)
        assert send(client, own, "confirm").status_code == 302
        own.refresh_from_db()
        assert (own.confirmed_by, own.version) == (member, 2)
        assert send(client, own, "undo").status_code == 302
        own.refresh_from_db()
        assert (own.confirmed_at, own.confirmed_by) == (None, None)
        kinds = AuditEvent.objects.filter(kind__startswith="presentation.att").order_by("pk")
        assert [event.kind for event in kinds] == [
            "presentation.attendance_confirmed",
            "presentation.attendance_undone",
        ]

    def test_attendance_twice_is_refused(self, own, member):
        with pytest.raises(RuleBrokenError, match="belum dikonfirmasi"):
            actions.undo_attendance(own, by=member, seen=1)
        actions.confirm_attendance(own, by=member, seen=1)
        with pytest.raises(RuleBrokenError, match="sudah dikonfirmasi"):
            actions.confirm_attendance(own, by=member, seen=2)

    def test_who_presents_is_kept_and_the_event_names_nobody(self, own, member):
        assert send(client_of(member), own, "save", **SAVED).status_code == 302
        own.refresh_from_db()
        assert (own.presenter, own.head_attends, own.video_url) == ("Ani Suryani", True, "https://youtu.be/abc")
        assert "Ani" not in AuditEvent.objects.get(kind="presentation.prepared").body

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
            ("presenter", " ", "Tulis nama penyaji."),
            ("head_attends", "", "Pilih apakah kepala perangkat daerah hadir."),
            ("video_url", "ftp://contoh.test/a", "Tulis alamat web lengkap"),
            ("video_url", "javascript:alert(1)", "Tulis alamat web lengkap"),
        ],
    )
    def test_bad_input_gets_a_sentence(self, own, member, field, value, sentence):
        answer = send(client_of(member), own, "save", **SAVED | {field: value})
        assert answer.status_code == 422
        assert sentence in text(answer)
        own.refresh_from_db()
        assert (own.version, own.presenter) == (1, "")

    def test_the_action_refuses_by_itself_too(self, own, member):
        with pytest.raises(RuleBrokenError, match="nama penyaji"):
            actions.save_preparation(own, by=member, seen=1, data=Preparation(" ", "", False, ""))
        with pytest.raises(RuleBrokenError, match="alamat web lengkap"):
            actions.save_preparation(own, by=member, seen=1, data=Preparation("Ani", "", False, "file:///a"))
        with pytest.raises(RuleBrokenError, match="terlalu besar"):
            actions.put_slides(own, by=member, seen=1, content=b"0" * (LARGEST_SLIDES + 1))

    def test_an_unknown_act_is_refused(self, own, member):
        assert send(client_of(member), own, "hapus").status_code == 302
        assert send(client_of(member), own, "confirm", seen="x").status_code == 422

    def test_two_members_do_not_overwrite_each_other(self, own, member):
        colleague = make_user("Rekan")
        unit = own.entry.innovation.unit
        UnitMember.objects.create(unit=unit, user=colleague, job_title="Staf", joined_at=clock.now(), joined_by=member)
        actions.save_preparation(own, by=colleague, seen=1, data=WHO)
        answer = send(client_of(member), own, "save", **SAVED | {"presenter": "Budi Santoso"})
        assert answer.status_code == 409
        assert "Rekan Anda baru saja menyimpan" in text(answer)
        assert "Ani Suryani" in text(answer)
        assert b'value="Budi Santoso"' in answer.content
        with pytest.raises(StaleVersionError):
            actions.put_slides(own, by=member, seen=1, content=tiny_pdf())
        own.refresh_from_db()
        assert own.presenter == "Ani Suryani"
        assert send(client_of(member), own, "save", **SAVED | {"presenter": "Budi Santoso"}).status_code == 302

    def test_a_confirmation_that_came_too_late_says_so(self, own, member):
        actions.confirm_attendance(own, by=member, seen=1)
        answer = send(client_of(member), own, "confirm")
        assert answer.status_code == 409
        assert "Rekan Anda baru saja menyimpan" in text(answer)
        assert "Batalkan konfirmasi" in text(answer)


@pytest.mark.usefixtures("announced")
class TestSlides:
    def test_they_are_kept_replaced_and_the_earlier_file_stays(self, own, member):
        client, first, second = client_of(member), tiny_pdf("satu"), tiny_pdf("dua")
        assert send(client, own, "slides", file=pdf(first)).status_code == 302
        own.refresh_from_db()
        assert b"data-pdf" in client.get(address(own)).content
        assert send(client, own, "slides", file=pdf(second)).status_code == 302
        answer = client.get(address(own, "finalist_slides"))
        assert answer.content == second
        assert "sandbox" in answer["Content-Security-Policy"]
        kept = StoredDocument.objects.get(sha256=sha256(first).hexdigest())
        assert storage.read(kept) == first
        event = AuditEvent.objects.filter(kind="presentation.slides_put").last()
        assert kept.sha256 in event.body
        assert sha256(second).hexdigest() in event.body

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            (b"%PDF-1.7\nrusak", "rusak atau terpotong"),
            (b"bukan", "bukan PDF"),
            (encrypted("rahasia", "rahasia"), "terkunci kata sandi"),
        ],
        ids=["broken", "no_pdf", "encrypted"],
    )
    def test_a_bad_file_is_refused(self, own, member, content, sentence):
        answer = send(client_of(member), own, "slides", file=pdf(content))
        assert answer.status_code == 422
        assert sentence in text(answer)
        own.refresh_from_db()
        assert own.slides is None

    def test_no_file_and_the_same_file_are_refused(self, own, member):
        assert "Pilih berkas PDF" in text(send(client_of(member), own, "slides"))
        own = actions.put_slides(own, by=member, seen=1, content=tiny_pdf())
        assert "Berkas yang sama" in text(send(client_of(member), own, "slides", file=pdf(tiny_pdf())))

    def test_only_unit_committee_and_the_judges_of_the_presentation_read_them(self, round_, own, member, committee):
        actions.put_slides(own, by=member, seen=1, content=tiny_pdf())
        judge, other = (found.user for found in round_.edition.judges.order_by("label"))

        def answer_to(user):
            return client_of(user).get(address(own, "finalist_slides")).status_code

        assert [answer_to(user) for user in (member, committee, judge, other)] == [200, 200, 404, 404]
        assign_judges(round_, by=committee)
        open_round(round_, by=committee)
        assert answer_to(judge) == 404, "the conflict question comes first"
        for sitting in round_.edition.judges.select_related("user"):
            declare_conflicts(sitting, round_, by=sitting.user, conflicts={})
        assert [answer_to(judge), answer_to(member_of(make_unit()))] == [200, 404]
        seat = Assignment.objects.get(round=round_, entry=own.entry, judge__user=judge)
        page = client_of(judge).get(reverse("judging:sheet", args=[seat.pk]))
        assert address(own, "finalist_slides").encode() in page.content
        recuse(seat, by=judge, reason="Kerabat penyaji.")
        assert answer_to(judge) == 404
        assert answer_to(other) == 200


@pytest.mark.usefixtures("announced")
class TestTheDeadline:
    def test_the_server_says_when_it_is_over_and_whom_to_ask(self, round_, own, member):
        day = make_day(round_)
        client = client_of(member)
        with clock.shifted_to(day.uploads_close_at - timedelta(seconds=20)):
            assert send(client, own, "confirm").status_code == 302
        own.refresh_from_db()
        with clock.shifted_to(day.uploads_close_at):
            for act, fields in [("undo", {}), ("save", SAVED), ("slides", {"file": pdf(tiny_pdf())})]:
                answer = send(client, own, act, **fields)
                assert answer.status_code == 422
                assert "sudah lewat" in text(answer)
                assert "hubungi panitia" in text(answer)
            assert b'name="presenter"' not in client.get(address(own)).content
        own.refresh_from_db()
        assert (own.version, own.slides, own.presenter) == (2, None, "")

    def test_who_has_begun_changes_nothing(self, own, member):
        Presentation.objects.filter(pk=own.pk).update(began_at=clock.now(), began_by=member)
        own.refresh_from_db()
        with pytest.raises(RuleBrokenError, match="sudah dimulai"):
            check_can_prepare(member, own, clock.now())


@pytest.mark.usefixtures("announced")
class TestTheCommittee:
    def test_it_sees_who_lacks_what(self, round_, own, member, committee):
        own = actions.save_preparation(own, by=member, seen=1, data=WHO)
        actions.put_slides(own, by=member, seen=own.version, content=tiny_pdf())
        page = client_of(committee).get(reverse("admin:judging_finalists", args=[round_.pk]))
        assert "0 dari 2 finalis sudah lengkap" in text(page)
        assert "Ani Suryani" in text(page)
        assert address(own, "finalist_slides").encode() in page.content

    def test_only_a_presentation_round_has_finalists(self, round_, committee, member):
        client = client_of(committee)
        assert client.get(reverse("admin:judging_finalists", args=[round_.source_id])).status_code == 404
        assert client_of(member).get(reverse("admin:judging_finalists", args=[round_.pk])).status_code != 200

    def test_one_click_mails_who_lacks_something_once_a_day(self, round_, own, member, committee):
        make_day(round_)
        own = actions.confirm_attendance(own, by=member, seen=1)
        own = actions.save_preparation(own, by=member, seen=2, data=WHO)
        actions.put_slides(own, by=member, seen=3, content=tiny_pdf())
        client, path = client_of(committee), reverse("admin:judging_finalists", args=[round_.pk])
        assert "dikirim kepada unit usulan 003" in text(client.post(path, follow=True))
        mail = OutgoingMail.objects.get(template="finalist_reminder.txt")
        other = round_.presentations.last()
        assert mail.to_user == member_of(other.entry.innovation.unit)
        assert "- bahan presentasi (PDF)" in mail.text
        assert address(other) in mail.text
        assert "24 jam" in text(client.post(path, follow=True))
        assert OutgoingMail.objects.filter(template="finalist_reminder.txt").count() == 1
        with clock.shifted_to(clock.now() + timedelta(days=6)), pytest.raises(RuleBrokenError, match="sudah lewat"):
            actions.remind_finalists(round_, by=committee)

    def test_nobody_is_reminded_who_has_everything_and_by_nobody_else(self, round_, committee, member):
        for row in round_.presentations.select_related("entry__innovation__unit"):
            person = member_of(row.entry.innovation.unit)
            row = actions.confirm_attendance(row, by=person, seen=1)
            row = actions.save_preparation(row, by=person, seen=2, data=WHO)
            row = actions.put_slides(row, by=person, seen=3, content=tiny_pdf())
            assert tasks_of_entries([row.entry], clock.now())[row.entry_id][2] == "Semua sudah lengkap."
        with pytest.raises(RuleBrokenError, match="Semua finalis"):
            actions.remind_finalists(round_, by=committee)
        with pytest.raises(PermissionDenied):
            actions.remind_finalists(round_, by=member)
