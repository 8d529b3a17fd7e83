"""The judge's seat: the pledge as a paper, conflicts asked before reading, the plenary, and what is kept of a judge."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from competitions.models import StageKind
from judging.actions.assignment import add_assignment
from judging.actions.panel import appoint_judge, declare_conflicts, edit_judge, sign_pledge
from judging.actions.record import issue_record
from judging.actions.result import confirm_round, settle_tie
from judging.documents import pledge_facts
from judging.models import Assignment, Judge
from judging.personal_data import blank_person, of_person
from judging.queries import standing_rankings, unanswered_conflicts
from judging.states import ConflictAnswer
from kiks.exceptions import RuleBrokenError
from kiks.models import AuditEvent
from kiks.papers import digest_of
from kiks.storage import read
from tests.factories.editions import make_edition
from tests.factories.judging import entry_of, make_panel, open_desk_round, settling_round
from tests.factories.pdf import tiny_pdf
from tests.factories.people import client_of, make_committee_user, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def seat(**facts):
    return appoint_judge(
        by=make_committee_user(),
        edition=make_edition(StageKind.SUBMISSION),
        user=make_user("Dr. Neng Fitria"),
        institution="Kampus",
        **facts,
    )


def text(response, status=200):
    assert response.status_code == status
    return response.content.decode()


def test_the_signed_text_becomes_a_paper_whose_digest_the_event_holds():
    judge = seat(decree_number="188/12")
    judge = sign_pledge(judge, by=judge.user, shown=digest_of(pledge_facts(judge)))
    facts = pledge_facts(judge)
    assert (facts.name, facts.position) == (
        "Dr. Neng Fitria",
        f"Anggota dewan juri {judge.edition.name}, berdasarkan Keputusan Nomor 188/12",
    )
    assert facts.signed_at.endswith("WIB")
    assert judge.pledge_digest == digest_of(facts)
    assert read(judge.pledge_paper).startswith(b"%PDF")
    said = json.loads(AuditEvent.objects.get(kind="judge.pledged").body)["data"]
    assert (said["digest"], said["file"]) == (judge.pledge_digest, judge.pledge_paper.sha256)


def test_a_text_that_changed_under_the_eyes_of_the_judge_is_not_signed():
    judge = seat()
    shown = digest_of(pledge_facts(judge))
    edit_judge(judge, by=make_committee_user(), institution="Kampus Lain", expertise=[])
    with pytest.raises(RuleBrokenError, match="Naskah berubah"):
        sign_pledge(judge, by=judge.user, shown=shown)
    assert "Naskah berubah" in text(
        client_of(judge.user).post(reverse("judging:pledge", args=[judge.edition.code]), follow=True)
    )
    assert Judge.objects.get(pk=judge.pk).pledged_at is None


def test_the_paper_is_for_the_judge_and_its_number_for_everybody_without_the_name():
    judge = seat()
    url = reverse("judging:pledge_paper", args=[judge.edition.code])
    client = client_of(judge.user)
    assert client.get(url).status_code == 404
    judge = sign_pledge(judge, by=judge.user)
    assert client.get(url).headers["Content-Type"] == "application/pdf"
    assert client_of(make_user()).get(url).status_code == 404
    number = f"001/PI/{judge.edition.code.upper()}"
    assert number in text(client.get(reverse("judging:pledge", args=[judge.edition.code])))
    shown = text(Client().get(reverse("judging:verify_paper", args=[number])))
    assert judge.pledge_digest in shown
    assert judge.pledge_paper.sha256 in shown
    assert "Fitria" not in shown
    for wrong in (f"1/PI/{judge.edition.code}", f"002/PI/{judge.edition.code.upper()}", "x/PI/y", "٣/PI/y"):
        assert Client().get(reverse("judging:verify_paper", args=[wrong])).status_code == 404


@pytest.mark.draws
def test_the_paper_is_drawn_from_its_facts():
    judge = seat()
    judge = sign_pledge(judge, by=judge.user)
    assert judge.pledge_paper.size > 5000


def test_what_was_not_on_the_screen_is_asked_later():
    round_ = open_desk_round(entries=2, judges=1)
    Assignment.objects.update(conflict=ConflictAnswer.NOT_ASKED)
    judge = round_.edition.judges.select_related("user").get()
    client, url = client_of(judge.user), reverse("judging:conflicts", args=[round_.pk])
    seen = round_.assignments.get(entry__number="001")
    shown = text(client.post(url, {"statement": "on", "shown": [seen.pk]}, follow=True))
    assert "jawab juga di bawah" in shown
    assert [row.entry.number for row in unanswered_conflicts(judge, round_)] == ["002"]


def test_an_entry_that_is_added_after_the_answer_is_asked_about():
    round_ = open_desk_round(entries=1, judges=1)
    late = make_panel(round_.edition, round_.opened_by, 1)[0]
    add_assignment(round_, by=round_.opened_by, judge=late, entry=entry_of(round_, "001"))
    client = client_of(late.user)
    sheet = reverse("judging:sheet", args=[late.assignments.get().pk])
    assert client.get(sheet).url == reverse("judging:conflicts", args=[round_.pk])
    declare_conflicts(late, round_, by=late.user, conflicts={}, asked=[])
    assert unanswered_conflicts(late, round_).count() == 1


def test_an_answer_after_a_rule_barred_the_pair_does_no_harm():
    round_ = open_desk_round(entries=1, judges=2)
    Assignment.objects.update(conflict=ConflictAnswer.NOT_ASKED)
    judge, entry = round_.edition.judges.get(label="J1"), entry_of(round_, "001")
    edit_judge(judge, by=round_.opened_by, institution="Dinas", agency=entry.innovation.unit.agency, expertise=[])
    assert declare_conflicts(judge, round_, by=judge.user, conflicts={entry.pk: "Rekan kerja"}) == []


def tied():
    """J1 and J2 gave 001 and 002 the same, and one of them may advance; 003 is behind."""
    return settling_round({"001": "80", "002": "80", "003": "60"}, entries=3, judges=2, cutoff=1)


def plenary(round_, user):
    return client_of(user).get(reverse("judging:plenary", args=[round_.pk]))


def test_in_settling_a_judge_sees_the_tied_entries_and_no_figure():
    round_ = tied()
    user = round_.edition.judges.get(label="J1").user
    shown = text(plenary(round_, user))
    assert "2 usulan bernilai sama" in shown
    assert "Di garis batas" in shown
    assert "<strong>001" in shown
    assert "003" not in shown
    assert "80" not in shown.replace("#", "")
    assert "Berita acara untuk ditandatangani" not in shown
    settle_tie(round_, by=round_.opened_by, category=None, order=["002", "001"], reason="Dampak lebih luas")
    shown = text(plenary(round_, user))
    assert "Dampak lebih luas" in shown
    assert shown.index("<strong>002") < shown.index("<strong>001")


def test_nobody_else_comes_in_and_nobody_before_the_lock():
    round_ = tied()
    assert plenary(round_, make_user()).status_code == 404
    assert plenary(round_, round_.opened_by).status_code == 404
    still_open = open_desk_round(entries=1, judges=1)
    assert plenary(still_open, still_open.edition.judges.get().user).status_code == 404


def test_from_the_confirmation_on_the_judge_has_the_record_to_sign():
    round_ = tied()
    committee, user = round_.opened_by, round_.edition.judges.get(label="J1").user
    settle_tie(round_, by=committee, category=None, order=["002", "001"], reason="Dampak lebih luas")
    confirm_round(round_, by=committee)
    assert "sedang menyiapkan" in text(plenary(round_, user))
    record = issue_record(standing_rankings(round_).get(), by=committee)
    url = reverse("judging:signing_record", args=[record.pk])
    assert url in text(plenary(round_, user))
    assert client_of(user).get(url).headers["Content-Type"] == "application/pdf"
    for other in (make_user(), committee):
        assert client_of(other).get(url).status_code == 404
    assert "Berita acara dan sidang pleno" in text(client_of(user).get(reverse("judging:my_entries")))


def test_what_is_known_of_a_judge_changes_by_an_act_with_its_event():
    judge = seat(profile="Peneliti", cv=tiny_pdf("lama"))
    committee, old = make_committee_user(), judge.cv
    edit_judge(judge, by=committee, institution="Kampus", profile="Peneliti", expertise=[])
    assert not AuditEvent.objects.filter(kind="judge.changed").exists()
    judge = edit_judge(judge, by=committee, institution="Balai", profile="Rahasia", cv=tiny_pdf("baru"), expertise=[])
    assert (judge.institution, judge.profile, judge.cv != old) == ("Balai", "Rahasia", True)
    said = AuditEvent.objects.get(kind="judge.changed").body
    assert json.loads(said)["data"]["fields"] == ["institution", "profile", "cv"]
    assert not AuditEvent.objects.filter(body__contains="Rahasia").exists()
    judge = edit_judge(judge, by=committee, institution="Balai", drops_cv=True, expertise=[])
    assert judge.cv is None


def test_expertise_is_a_category_of_the_own_edition():
    other = make_edition()
    category = other.categories.create(code="lain", name="Lain", position=1)
    judge = seat()
    with pytest.raises(RuleBrokenError, match="edisinya sendiri"):
        edit_judge(judge, by=make_committee_user(), institution="Kampus", expertise=[category])
    with pytest.raises(RuleBrokenError, match="edisinya sendiri"):
        seat(expertise=[category])


def test_the_cv_is_for_the_judge_and_stands_in_the_personal_data():
    judge = seat(profile="Peneliti kebijakan", cv=tiny_pdf("cv"))
    url = reverse("judging:own_cv", args=[judge.edition.code])
    assert client_of(judge.user).get(url).headers["Content-Type"] == "application/pdf"
    assert client_of(make_user()).get(url).status_code == 404
    row = of_person(judge.user)["Penunjukan sebagai juri"][0]
    assert row["riwayat singkat"] == "Peneliti kebijakan"
    assert row["riwayat hidup (SHA-256)"] == judge.cv.sha256
    blank_person(judge.user)
    judge.refresh_from_db()
    assert (judge.profile, judge.cv) == ("", None)
    assert client_of(judge.user).get(url).status_code == 404
