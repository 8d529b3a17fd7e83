"""The calendar of an edition: typed over before opening, moved by an act with a reason afterwards."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from competitions.actions import reschedule_stage
from competitions.actions.stage import audience_of
from competitions.models import Edition, Stage, StageChange, StageKind
from competitions.permissions import check_stage_open
from competitions.queries import open_stages
from entries.states import EntryStatus
from judging.models import Presentation, Round
from judging.states import RoundKind
from kiks import clock
from kiks.access import allowed
from kiks.exceptions import RuleBrokenError
from kiks.formats import JAKARTA
from kiks.models import OutgoingMail
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, make_unit, member_of
from tests.factories.judging import make_panel
from tests.factories.people import client_of, make_committee_user

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def officer():
    return make_committee_user()


@pytest.fixture
def draft():
    return make_edition(opened_at=None, opened_by=None)


def extend(stage: Stage, officer, *, by: timedelta = timedelta(days=2), reason: str = "Portal terlalu ramai") -> Stage:
    return reschedule_stage(stage, by=officer, opens_at=stage.opens_at, closes_at=stage.closes_at + by, reason=reason)


def test_a_stage_that_the_clock_has_closed_is_closed_without_any_job():
    edition = make_edition(StageKind.SUBMISSION)
    stage = edition.stages.get(kind=StageKind.SUBMISSION)
    last_moment = stage.closes_at - timedelta(microseconds=1)
    assert stage in open_stages(edition, last_moment)
    assert allowed(check_stage_open, edition, StageKind.SUBMISSION, last_moment)
    assert stage not in open_stages(edition, stage.closes_at)
    with pytest.raises(RuleBrokenError, match="sudah ditutup"):
        check_stage_open(edition, StageKind.SUBMISSION, stage.closes_at)
    stage.refresh_from_db()
    with clock.shifted_to(stage.closes_at):
        assert "Ajukan inovasi" not in Client().get(reverse("home")).text


class TestMovingWhatIsPublic:
    def test_the_change_keeps_old_and_new_dates_with_the_reason(self, officer):
        stage = make_edition().stages.get(kind=StageKind.ANNOUNCEMENT)
        moved = extend(stage, officer)
        change = StageChange.objects.get()
        assert (change.stage, change.changed_by, change.reason) == (moved, officer, "Portal terlalu ramai")
        assert (change.old_closes_at, change.closes_at) == (stage.closes_at, moved.closes_at)
        assert change.verb == "diperpanjang"

    @pytest.mark.parametrize(
        ("opens", "closes", "verb"), [(0, -1, "dipersingkat"), (0, 1, "diperpanjang"), (1, 1, "dijadwalkan ulang")]
    )
    def test_the_change_has_a_word(self, opens, closes, verb):
        now = clock.now()
        change = StageChange(
            old_opens_at=now,
            old_closes_at=now + WEEK,
            opens_at=now + timedelta(days=opens),
            closes_at=now + WEEK + timedelta(days=closes),
        )
        assert change.verb == verb

    def test_everybody_reads_why_on_the_public_pages(self, officer):
        edition = make_edition()
        stage = edition.stages.get(kind=StageKind.ANNOUNCEMENT)
        pages = [reverse("home"), reverse("competitions:rules")]
        assert all("Perubahan jadwal" not in Client().get(page).text for page in pages)
        extend(stage, officer, reason="Balai Kota dipakai acara lain")
        for page in pages:
            html = Client().get(page).text
            assert "diperpanjang pada" in html
            assert "Alasan: Balai Kota dipakai acara lain" in html
            assert "semula" in html

    def test_many_changes_cost_no_more_queries(self, officer, django_assert_max_num_queries):
        stage = make_edition().stages.get(kind=StageKind.ANNOUNCEMENT)
        stage = extend(stage, officer)
        with django_assert_max_num_queries(60) as one:
            Client().get(reverse("home"))
        for _ in range(20):
            stage = extend(stage, officer)
        with django_assert_max_num_queries(len(one)):
            html = Client().get(reverse("home")).text
        assert html.count("diperpanjang pada") == 21

    def test_an_overlap_with_the_next_stage_is_refused_and_nothing_changes(self, officer):
        edition = make_edition()
        stage = edition.stages.get(kind=StageKind.SUBMISSION)
        with pytest.raises(RuleBrokenError, match="Seleksi administrasi dibuka .* buka Seleksi administrasi setelah"):
            extend(stage, officer)
        stage.refresh_from_db()
        assert not StageChange.objects.exists()
        assert not OutgoingMail.objects.exists()

    def test_the_same_dates_are_no_change(self, officer):
        stage = make_edition().stages.get(kind=StageKind.ANNOUNCEMENT)
        with pytest.raises(RuleBrokenError, match="sama dengan jadwal sekarang"):
            extend(stage, officer, by=timedelta(0))

    def test_a_calendar_that_nobody_has_seen_asks_for_no_reason(self, officer, draft):
        with pytest.raises(RuleBrokenError, match="langsung di halaman edisi"):
            extend(draft.stages.get(kind=StageKind.ANNOUNCEMENT), officer)

    def test_the_page_says_who_is_told_and_refuses_a_closing_before_opening(self, officer):
        stage = make_edition().stages.get(kind=StageKind.ANNOUNCEMENT)
        member_of(make_unit())
        client = client_of(officer)
        url = reverse("admin:competitions_stage_reschedule", args=[stage.pk])
        assert "Belum ada unit atau juri yang perlu disurati." in client.get(url).text
        registration = stage.edition.stages.get(kind=StageKind.REGISTRATION)
        told = client.get(reverse("admin:competitions_stage_reschedule", args=[registration.pk])).text
        assert "1 orang yang terkena perubahan mendapat surat." in told
        data = {"opens_at": local(stage.opens_at), "closes_at": local(stage.opens_at - WEEK), "reason": "Alasan"}
        assert "setelah waktu pembukaan" in client.post(url, data).text
        assert not StageChange.objects.exists()


class TestAudience:
    def test_units_that_may_still_enter_hear_of_registration_and_submission(self, officer):
        edition = make_edition()
        member = member_of(make_unit())
        gone = member_of(make_unit())
        gone.unit_memberships.update(left_at=clock.now(), left_by=officer)
        for kind in (StageKind.REGISTRATION, StageKind.SUBMISSION):
            assert audience_of(edition.stages.get(kind=kind)) == [member]

    def test_only_those_that_entered_hear_of_screening_and_announcement(self, officer):
        edition = make_edition()
        entry = entry_at(EntryStatus.SUBMITTED, edition=edition)
        drafting = entry_at(EntryStatus.DRAFT, edition=edition)
        entrants = {member.user for member in entry.innovation.unit.members.all()}
        writers = {member.user for member in drafting.innovation.unit.members.all()}
        for kind in (StageKind.SCREENING, StageKind.ANNOUNCEMENT):
            heard = set(audience_of(edition.stages.get(kind=kind)))
            assert heard == entrants
            assert not heard & (writers - entrants)

    def test_judges_hear_of_judging_and_finalists_of_the_presentation_too(self, officer):
        edition = make_edition()
        judges = [judge.user for judge in make_panel(edition, officer, 2)]
        make_panel(make_edition(), officer, 1)
        entry = entry_at(EntryStatus.PASSED, edition=edition)
        assert audience_of(edition.stages.get(kind=StageKind.JUDGING)) == judges
        round_ = Round.objects.create(edition=edition, code="p", name="Presentasi", kind=RoundKind.PRESENTATION)
        Presentation.objects.create(round=round_, entry=entry, position=1)
        members = [member.user for member in entry.innovation.unit.members.all()]
        heard = audience_of(edition.stages.get(kind=StageKind.PRESENTATION))
        assert set(heard) == {*judges, *members}
        assert len(heard) == len(set(heard))

    def test_who_is_affected_gets_a_mail_with_the_dates_and_the_reason(self, officer):
        edition = make_edition()
        member = member_of(make_unit())
        extend(edition.stages.get(kind=StageKind.REGISTRATION), officer, reason="Portal terlalu ramai")
        mail = OutgoingMail.objects.get(template="stage_rescheduled.txt")
        assert mail.to_user == member
        assert mail.subject == f"{edition.name}: jadwal Pendaftaran UPP diperpanjang"
        assert "Alasan: Portal terlalu ramai" in mail.text
        assert "Semula: " in mail.text


def local(moment: datetime) -> str:
    return moment.astimezone(JAKARTA).strftime("%Y-%m-%dT%H:%M")


class TestTypingOver:
    """The calendar in the page of an edition that is being prepared."""

    @pytest.fixture
    def client(self, officer):
        return client_of(officer)

    def url(self, edition: Edition) -> str:
        return reverse("admin:competitions_edition_change", args=[edition.pk])

    def posted(self, edition: Edition, shift: timedelta = timedelta(0)) -> dict[str, str]:
        inlines = ["stages", "categories", "transformations", "questions", "attachment_rules", "checklist", "figures"]
        data = {f"{name}-{key}_FORMS": "0" for name in inlines for key in ("TOTAL", "INITIAL")}
        data |= {"year": "2026", "name": edition.name, "theme": "Tema", "participation_limit": "2"}
        data |= {"minimum_age_months": "6", "objection_days": "3"}
        stages = list(edition.stages.order_by("opens_at"))
        data["stages-TOTAL_FORMS"] = data["stages-INITIAL_FORMS"] = str(len(stages))
        for index, stage in enumerate(stages):
            data |= {
                f"stages-{index}-id": str(stage.pk),
                f"stages-{index}-edition": str(edition.pk),
                f"stages-{index}-opens_at": local(stage.opens_at + shift),
                f"stages-{index}-closes_at": local(stage.closes_at + shift),
            }
        return data

    def row_of(self, edition: Edition, kind: StageKind) -> int:
        return [stage.kind for stage in edition.stages.order_by("opens_at")].index(kind)

    def test_a_whole_calendar_moves_by_less_than_its_windows_are_long(self, client, draft):
        before = draft.stages.get(kind=StageKind.JUDGING).opens_at
        response = client.post(self.url(draft), self.posted(draft, WEEK))
        assert response.status_code == 302, response.context["errors"]
        moved = draft.stages.get(kind=StageKind.JUDGING)
        assert local(moved.opens_at) == local(before + WEEK)
        assert not StageChange.objects.exists()

    def test_backwards_too(self, client, draft):
        assert client.post(self.url(draft), self.posted(draft, -WEEK)).status_code == 302

    def test_closing_before_opening_gets_a_sentence_and_changes_nothing(self, client, draft):
        row = self.row_of(draft, StageKind.SCREENING)
        data = self.posted(draft)
        data[f"stages-{row}-closes_at"] = local(draft.stages.get(kind=StageKind.SCREENING).opens_at - WEEK)
        before = list(draft.stages.values())
        html = client.post(self.url(draft), data | {"name": "Nama lain"}).text
        assert "Waktu penutupan harus setelah waktu pembukaan. Ubah salah satunya." in html
        draft.refresh_from_db()
        assert (list(draft.stages.values()), draft.name == "Nama lain") == (before, False)

    def test_an_overlap_gets_a_sentence_and_changes_nothing(self, client, draft):
        row = self.row_of(draft, StageKind.SUBMISSION)
        data = self.posted(draft)
        data[f"stages-{row}-closes_at"] = local(draft.stages.get(kind=StageKind.SUBMISSION).closes_at + WEEK)
        before = list(draft.stages.values())
        html = client.post(self.url(draft), data).text
        assert "padahal Pengajuan inovasi baru ditutup" in html
        assert list(draft.stages.values()) == before

    def test_a_stage_can_be_taken_out_and_put_in_again(self, client, draft):
        row = self.row_of(draft, StageKind.PRESENTATION)
        client.post(self.url(draft), self.posted(draft) | {f"stages-{row}-DELETE": "on"})
        assert not draft.stages.filter(kind=StageKind.PRESENTATION).exists()
        assert 'name="stages-5-opens_at"' in client.get(self.url(draft)).text
        judging = draft.stages.get(kind=StageKind.JUDGING)
        data = self.posted(draft) | {
            "stages-TOTAL_FORMS": "6",
            "stages-5-kind": StageKind.PRESENTATION,
            "stages-5-edition": str(draft.pk),
            "stages-5-opens_at": local(judging.closes_at + timedelta(hours=1)),
            "stages-5-closes_at": local(judging.closes_at + timedelta(hours=3)),
        }
        response = client.post(self.url(draft), data)
        assert response.status_code == 302, response.context["errors"]
        assert draft.stages.filter(kind=StageKind.PRESENTATION).exists()

    def test_a_missing_stage_without_dates_is_not_saved(self, client, draft):
        draft.stages.get(kind=StageKind.PRESENTATION).delete()
        data = self.posted(draft) | {"stages-TOTAL_FORMS": "6", "stages-5-kind": StageKind.PRESENTATION}
        assert client.post(self.url(draft), data).status_code == 302
        assert draft.stages.count() == 5

    def test_two_rows_of_one_kind_are_named(self, client, draft):
        announcement = draft.stages.get(kind=StageKind.ANNOUNCEMENT)
        draft.stages.get(kind=StageKind.PRESENTATION).delete()
        data = self.posted(draft) | {
            "stages-TOTAL_FORMS": "6",
            "stages-5-kind": StageKind.ANNOUNCEMENT,
            "stages-5-opens_at": local(announcement.closes_at + WEEK),
            "stages-5-closes_at": local(announcement.closes_at + 2 * WEEK),
        }
        assert "Tahap ini tertulis dua kali: Pengumuman." in client.post(self.url(draft), data).text

    def test_an_opened_calendar_is_read_and_a_page_from_before_is_refused(self, client, officer, draft):
        data = self.posted(draft, WEEK)
        before = list(draft.stages.values())
        Edition.objects.filter(pk=draft.pk).update(opened_at=clock.now(), opened_by=officer)
        html = client.post(self.url(draft), data, follow=True).text
        assert f"Sementara halaman ini terbuka, {officer} membuka edisi ini. Tidak ada yang disimpan." in html
        assert list(draft.stages.values()) == before
        assert 'name="stages-0-opens_at"' not in html


def test_the_database_itself_refuses_an_overlap(draft):
    with connection.cursor() as cursor:
        cursor.execute("SELECT condeferrable FROM pg_constraint WHERE conname = 'competitions_stage_no_overlap'")
        assert cursor.fetchone() == (True,)
