"""The pages of the assignment: what is previewed is what is done; undo, give, move, the list on paper, reminders."""

from datetime import timedelta

import pytest
from django.urls import reverse

from competitions.models import StageKind
from entries.states import EntryStatus
from judging.actions.assignment import assign_judges, release_assignment
from judging.actions.reminder import remind_judges
from judging.documents import assignment_list
from judging.draws import unassigned_judges
from judging.queries import REMINDER, counting
from kiks import clock
from kiks.exceptions import RuleBrokenError
from kiks.models import AuditEvent, OutgoingMail
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at
from tests.factories.judging import hand_in_all, make_panel, make_round, mark_all, open_desk_round, settling_round
from tests.factories.people import client_of, make_committee_user

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture
def round_():
    committee, edition = make_committee_user(), make_edition(StageKind.SUBMISSION)
    for _ in range(3):
        entry_at(EntryStatus.PASSED, edition=edition)
    made = make_round(edition, committee, judges_per_entry=1)
    make_panel(edition, committee, 3)
    return made


@pytest.fixture
def committee(round_):
    return round_.shares_confirmed_by


@pytest.fixture
def desk(committee):
    return client_of(committee)


def text(response, status=200):
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def url(name, *args):
    return reverse(f"admin:judging_{name}", args=args)


def digest_on(response):
    return response.context["plan"].digest


def test_what_was_previewed_is_what_is_drawn(round_, desk):
    response = desk.get(url("assign", round_.pk))
    shown = text(response)
    assert ">desk<" in shown
    assert "3 baru, 0 tetap" in shown
    shown = text(desk.post(url("assign", round_.pk), {"digest": digest_on(response)}, follow=True))
    assert "Penugasan juri ditetapkan: 3 penugasan baru." in shown
    assert set(counting(round_.assignments.all()).values_list("judge__label", "entry__number")) == set(
        response.context["plan"].added
    )
    assert "Tidak ada yang perlu ditambahkan" in text(desk.get(url("assign", round_.pk)))


def test_a_stale_or_broken_preview_is_refused_with_a_sentence(round_, committee, desk):
    response = desk.get(url("assign", round_.pk))
    make_panel(round_.edition, committee, 1)
    shown = text(desk.post(url("assign", round_.pk), {"digest": digest_on(response)}, follow=True))
    assert "Keadaan berubah sejak pratinjau" in shown
    assert "tidak utuh" in text(desk.post(url("assign", round_.pk), {"digest": "x"}, follow=True))
    assert not round_.assignments.exists()


def test_what_is_impossible_is_said_and_offers_no_button(round_, desk):
    type(round_).objects.filter(pk=round_.pk).update(judges_per_entry=9)
    shown = text(desk.get(url("assign", round_.pk)))
    assert "memerlukan 9 juri" in shown
    assert "</form>" not in shown.partition("<main")[2].partition("Undian tidak dapat dibuat")[2]


def test_loads_are_evened_only_when_that_is_asked(round_, committee, desk):
    assign_judges(round_, by=committee)
    assignment = round_.assignments.select_related("judge", "entry").first()
    release_assignment(assignment, by=committee, reason="Sakit")
    plain, even = (desk.get(url("assign", round_.pk) + query).context["plan"] for query in ("", "?ratakan=1"))
    assert (len(plain.added), len(plain.moved)) == (1, 0)
    assert even.spread <= plain.spread
    assert "dilepas panitia" in text(desk.get(url("assign", round_.pk)))


def test_undo_says_what_it_does_and_does_it(round_, committee, desk):
    assert "Tidak ada undian" in text(desk.get(url("undo_draw", round_.pk), follow=True))
    assign_judges(round_, by=committee)
    assert "Batalkan undian terakhir" in text(desk.get(url("room", round_.pk)))
    assert "3 penugasan dari undian ini dilepas" in text(desk.get(url("undo_draw", round_.pk)))
    assert "dengan benih desk dibatalkan" in text(desk.post(url("undo_draw", round_.pk), follow=True))
    assert not counting(round_.assignments.all()).exists()


def test_undo_names_what_was_marked_and_offers_no_button():
    round_ = open_desk_round(entries=1, judges=1)
    mark_all(round_.assignments.get())
    desk = client_of(round_.opened_by)
    assert "sudah ada nilai pada" in text(desk.get(url("undo_draw", round_.pk)))
    assert "sudah ada nilai pada J1 001" in text(desk.post(url("undo_draw", round_.pk), follow=True))


def test_a_judge_is_given_and_moved_by_hand(round_, committee, desk):
    assign_judges(round_, by=committee)
    assignment = round_.assignments.select_related("judge", "entry", "round").first()
    free = unassigned_judges(round_, assignment.entry)
    given = url("give", round_.pk, assignment.entry_id)
    assert f">{assignment.judge.label} " not in text(desk.get(given)).partition("<select")[2]
    assert "Pilih juri yang ditawarkan" in text(desk.post(given, {"judge": assignment.judge_id}))
    assert "ditugaskan menilai usulan" in text(desk.post(given, {"judge": free[0].pk}, follow=True))
    moved = url("move", assignment.pk)
    assert "Isi alasan" in text(desk.post(moved, {"judge": free[1].pk, "reason": " "}))
    assert "pindah dari" in text(desk.post(moved, {"judge": free[1].pk, "reason": "Sakit"}, follow=True))
    taken = counting(round_.assignments.filter(entry=assignment.entry)).values_list("judge", flat=True)
    assert set(taken) == {free[0].pk, free[1].pk}


def test_after_the_lock_every_page_says_no():
    round_ = settling_round(entries=1, judges=2)
    desk, assignment = client_of(round_.opened_by), round_.assignments.first()
    for name in ("assign", "undo_draw", "remind"):
        assert desk.get(url(name, round_.pk)).url == url("room", round_.pk)
    shown = text(desk.get(url("room", round_.pk)))
    assert "Batalkan undian" not in shown
    assert url("give", round_.pk, assignment.entry_id) not in shown
    assert "Pindahkan" not in text(desk.get(url("assignment", assignment.pk)))


def test_the_list_on_paper_holds_the_seed_and_who_judges_what(round_, committee, desk):
    assign_judges(round_, by=committee)
    facts = assignment_list(round_)
    assert [draw.seed for draw in facts.draws] == ["desk"]
    assert sorted(number for line in facts.lines for number in line.numbers) == ["001", "002", "003"]
    assert [number for number, _, _ in facts.entries] == ["001", "002", "003"]


@pytest.mark.draws
def test_the_list_is_drawn(round_, committee, desk):
    assign_judges(round_, by=committee)
    response = desk.get(url("assignments_pdf", round_.pk))
    assert response.content.startswith(b"%PDF")


def reminders(user):
    return OutgoingMail.objects.filter(template=REMINDER, to_user=user).count()


def test_who_is_behind_is_reminded_once_in_a_day_unless_more_is_meant():
    round_ = open_desk_round(entries=2, judges=2)
    first, second = (judge for judge in round_.edition.judges.select_related("user").order_by("label"))
    desk = client_of(round_.opened_by)
    assert url("remind", round_.pk) in text(desk.get(url("room", round_.pk)))
    assert "dikirim kepada J1" in text(desk.post(url("remind", round_.pk), {"juri": first.pk}, follow=True))
    mail = OutgoingMail.objects.get(template=REMINDER)
    assert "masih ada 2 usulan" in mail.text
    shown = text(desk.post(url("remind", round_.pk), follow=True))
    assert "dikirim kepada J2" in shown
    assert "sudah diingatkan dalam 24 jam terakhir" in shown
    assert "Kirim sekali lagi" in shown
    assert (reminders(first.user), reminders(second.user)) == (1, 1)
    desk.post(url("remind", round_.pk), {"juri": first.pk, "lagi": "1"})
    assert reminders(first.user) == 2
    assert AuditEvent.objects.filter(kind="round.reminded").count() == 3
    with clock.shifted_to(clock.now() + timedelta(hours=25)):
        remind_judges(round_, by=round_.opened_by)
    assert (reminders(first.user), reminders(second.user)) == (3, 2)


def test_nobody_is_reminded_of_nothing():
    round_ = open_desk_round(entries=1, judges=1)
    hand_in_all(round_)
    with pytest.raises(RuleBrokenError, match="sudah menyerahkan semua"):
        remind_judges(round_, by=round_.opened_by)
    desk = client_of(round_.opened_by)
    assert "sudah menyerahkan semua" in text(desk.post(url("remind", round_.pk), {"juri": "x"}, follow=True))
