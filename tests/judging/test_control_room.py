"""The control room: who may enter, what it shows before the lock, and what each button does."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localtime

from competitions.models import StageKind
from judging.actions.result import confirm_round
from judging.actions.sheet import hand_in_assignment, save_mark
from judging.control_room import RoundRoom
from judging.models import Judge, Publication, Round
from judging.queries import standing_rankings
from judging.states import RoundStatus
from judging.views.control_room import STEPS
from kiks import clock
from tests.factories.editions import make_edition
from tests.factories.entries import make_unit, member_of
from tests.factories.judging import hand_in_all, make_panel, make_round, mark_all, open_desk_round, settling_round
from tests.factories.people import client_of, make_committee_user
from tests.factories.publications import judged_edition, publish, without_drawing

pytestmark = [pytest.mark.django_db, pytest.mark.long]
# What differs between two answers to the same question: form tokens, nonces and the clock.
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"|data-now="[^"]+"')


@pytest.fixture(autouse=True)
def _papers_are_not_drawn(monkeypatch):
    without_drawing(monkeypatch)


def room_url(round_: Round) -> str:
    return reverse("admin:judging_room", args=[round_.pk])


def step_url(round_: Round, name: str) -> str:
    return reverse(f"admin:judging_{name}", args=[round_.pk])


def desk_of(round_: Round) -> Client:
    return client_of(round_.opened_by or make_committee_user())


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def post(client: Client, path: str, **data: str) -> str:
    """Press the button and read the page that it leads to."""
    response = client.post(path, data, follow=True)
    assert response.redirect_chain, response.content.decode()
    return response.content.decode()


def every_address(round_: Round) -> list[str]:
    assignment = round_.assignments.first()
    ranking = standing_rankings(round_).get()
    return [
        reverse("admin:judging_overview"),
        room_url(round_),
        *[step_url(round_, step.name) for step in STEPS],
        reverse("admin:judging_settle", args=[ranking.pk, 0]),
        reverse("admin:judging_record", args=[ranking.pk]),
        reverse("admin:judging_record_file", args=[1]),
        reverse("admin:judging_publish", args=[round_.edition_id]),
        reverse("admin:judging_assignment", args=[assignment.pk]),
        reverse("admin:judging_release", args=[assignment.pk]),
        reverse("admin:judging_reopen", args=[assignment.sheets.first().pk]),
        reverse("admin:judging_judge_changelist"),
        reverse("admin:judging_judge_add"),
        reverse("admin:judging_round_changelist"),
        reverse("admin:judging_ranking_changelist"),
    ]


def test_nobody_but_the_committee_enters():
    round_ = settling_round({"001": "80", "002": "80"})
    judge = client_of(Judge.objects.get().user)
    unit = client_of(member_of(make_unit()))
    for path in every_address(round_):
        for client in (Client(), judge, unit):
            for response in (client.get(path), client.post(path, {"reason": "x", "source": "x"})):
                assert response.status_code in (302, 403), path
    round_.refresh_from_db()
    assert round_.status == RoundStatus.SETTLING


def test_overview_lists_the_rounds_and_the_panel_of_the_running_edition():
    round_ = open_desk_round(judges=2)
    html = page(desk_of(round_), reverse("admin:judging_overview"))
    assert f'<a href="{room_url(round_)}">{round_.name}</a>' in html
    assert '<td data-label="Label">J2</td>' in html


def test_overview_without_an_edition_says_what_to_do():
    html = page(client_of(make_committee_user()), reverse("admin:judging_overview"))
    assert "Belum ada edisi yang berjalan" in html


def test_overview_of_another_edition_is_a_choice():
    older = make_edition(year=2025)
    newer = make_edition(year=2026)
    client = client_of(make_committee_user())
    assert f"?edisi={older.code}" in page(client, reverse("admin:judging_overview"))
    assert f"?edisi={newer.code}" in page(client, reverse("admin:judging_overview") + f"?edisi={older.code}")


def test_a_round_in_preparation_lists_what_blocks_and_offers_no_opening():
    committee, edition = make_committee_user(), make_edition(StageKind.JUDGING)
    round_ = make_round(edition, committee)
    html = page(client_of(committee), room_url(round_))
    assert "Belum ada usulan yang dinilai pada babak ini." in html
    assert step_url(round_, "open") not in html
    assert reverse("admin:judging_round_change", args=[round_.pk]) in html


def test_the_matrix_tells_progress_in_words():
    round_ = open_desk_round(entries=3, judges=1)
    first, second, _ = round_.assignments.order_by("entry__number").select_related("judge__user")
    mark_all(first)
    hand_in_assignment(first, by=first.judge.user)
    mark_all(second)
    html = page(desk_of(round_), room_url(round_))
    words = re.findall(r'aria-label="(diserahkan|sebagian|belum)"', html)
    assert words == ["diserahkan", "sebagian", "belum"]
    assert "<strong>1</strong> dari 3 penilaian diserahkan" in html
    assert "2 usulan" in html


def test_no_figure_shows_before_the_lock():
    round_ = open_desk_round(entries=2, judges=1)
    assignment = round_.assignments.select_related("judge__user").first()
    sheet = assignment.sheets.first()
    criterion = sheet.instrument.criteria.first()
    mark_all(assignment, "61")
    client = desk_of(round_)
    paths = [room_url(round_), reverse("admin:judging_overview"), reverse("admin:index")]
    paths += [reverse("admin:judging_assignment", args=[assignment.pk])]
    before = [TOKEN.sub(b"", client.get(path).content) for path in paths]
    mark = save_mark(sheet, by=assignment.judge.user, criterion=criterion, value="93", version=1)
    assert mark.value == 93
    assert [TOKEN.sub(b"", client.get(path).content) for path in paths] == before


def test_a_ranking_that_should_not_exist_yet_is_not_shown_either():
    round_ = settling_round({"001": "80", "002": "70"})
    assert RoundRoom(round_).rankings
    round_.status = RoundStatus.OPEN
    assert RoundRoom(round_).rankings == []


def test_the_recap_shows_scores_by_instrument_and_by_judge_after_the_lock():
    round_ = settling_round({"001": "80", "002": "70"}, judges=2)
    html = page(desk_of(round_), room_url(round_))
    assert "Peringkat sementara" in html
    assert html.count('<td class="num">80,00</td>') == 2
    assert html.count('<td class="num muted">70,00</td>') == 2
    assert "Batas 1" in html


def test_the_room_costs_the_same_for_one_entry_and_for_three():
    counts = []
    for entries in (1, 3):
        round_ = settling_round({f"{n:03d}": str(90 - n) for n in range(1, entries + 1)}, entries=entries)
        client = desk_of(round_)
        with CaptureQueriesContext(connection) as captured:
            page(client, room_url(round_))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_confirm_shares_records_the_source():
    committee, edition = make_committee_user(), make_edition()
    round_ = make_round(edition, committee)
    Round.objects.filter(pk=round_.pk).update(shares_confirmed_at=None, shares_confirmed_by=None)
    client = client_of(committee)
    assert "unconfirmed" in page(client, room_url(round_))
    html = post(client, step_url(round_, "confirm_shares"), source="SK 12/2026")
    assert "SK 12/2026, dikonfirmasi" in html


def test_confirm_shares_without_a_source_asks_for_it():
    committee, edition = make_committee_user(), make_edition()
    round_ = make_round(edition, committee)
    response = client_of(committee).post(step_url(round_, "confirm_shares"), {"source": ""})
    assert "Tulis dasar penetapan bobot" in response.content.decode()


def draw(client, round_):
    """Press the button under the preview."""
    address = step_url(round_, "assign")
    return post(client, address, digest=client.get(address).context["plan"].digest)


def test_assign_gives_every_entry_its_judges():
    round_ = open_desk_round(entries=2, judges=1)
    make_panel(round_.edition, round_.opened_by, 1)
    html = draw(desk_of(round_), round_)
    assert "Penugasan juri ditetapkan: 2 penugasan baru." in html
    assert "dari 4 penilaian" in html


def test_open_says_what_will_be_frozen_and_opens():
    round_ = open_desk_round()
    client = desk_of(round_)
    later = make_round(round_.edition, round_.opened_by, code="kedua", name="Babak kedua")
    assert "tidak dapat diubah lagi, dan juri dapat mulai menilai" in page(client, step_url(later, "open"))
    draw(client, later)
    assert "Babak dibuka." in post(client, step_url(later, "open"))
    later.refresh_from_db()
    assert later.status == RoundStatus.OPEN


def test_a_refused_step_shows_every_sentence():
    committee, edition = make_committee_user(), make_edition()
    round_ = make_round(edition, committee)
    html = post(client_of(committee), step_url(round_, "open"))
    assert "Belum ada usulan yang dinilai pada babak ini." in html
    round_.refresh_from_db()
    assert round_.status == RoundStatus.DRAFT


def test_a_blocked_step_says_why_and_has_no_button():
    round_ = open_desk_round(entries=1, judges=1)
    html = page(desk_of(round_), step_url(round_, "close"))
    assert "J1 belum menyerahkan lembar untuk usulan 001." in html
    assert "Tutup penilaian</button>" not in html


def test_a_step_of_another_time_leads_back_to_the_room():
    round_ = open_desk_round()
    response = desk_of(round_).get(step_url(round_, "open"), follow=True)
    assert response.redirect_chain == [(room_url(round_), 302)]
    assert "Langkah itu tidak berlaku" in response.content.decode()


def test_close_locks_and_shows_the_digest():
    round_ = open_desk_round()
    hand_in_all(round_)
    client = desk_of(round_)
    assert "tidak ada nilai, juri, atau penugasan yang dapat diubah" in page(client, step_url(round_, "close"))
    html = post(client, step_url(round_, "close"))
    round_.refresh_from_db()
    assert f'<span class="digest">{round_.locked_digest}</span>' in html
    assert "Hitung peringkat sementara" in html


def test_compute_shows_the_ranking():
    round_ = open_desk_round()
    hand_in_all(round_, {"001": "70", "002": "90"})
    client = desk_of(round_)
    post(client, step_url(round_, "close"))
    html = post(client, step_url(round_, "compute"))
    assert "<strong>90,00</strong>" in html
    assert step_url(round_, "confirm") in html


def test_a_tie_across_the_line_is_settled_by_the_plenary():
    round_ = settling_round({"001": "80", "002": "80"})
    client = desk_of(round_)
    ranking = standing_rankings(round_).get()
    settle = reverse("admin:judging_settle", args=[ranking.pk, 0])
    html = page(client, room_url(round_))
    assert "Nilai usulan 001, 002 sama di garis batas" in html
    assert step_url(round_, "confirm") not in html
    html = post(client, settle, place_001="2", place_002="1", reason="Dampak lebih luas.")
    assert "Urutannya diputuskan sidang pleno: 002, 001." in html
    assert step_url(round_, "confirm") in html
    assert "Peringkat sudah dihitung ulang." in client.get(settle, follow=True).content.decode()


def test_two_entries_cannot_take_the_same_place():
    round_ = settling_round({"001": "80", "002": "80"})
    settle = reverse("admin:judging_settle", args=[standing_rankings(round_).get().pk, 0])
    response = desk_of(round_).post(settle, {"place_001": "1", "place_002": "1", "reason": "Alasan."})
    assert "Dua usulan tidak dapat menempati posisi yang sama." in response.content.decode()
    assert not round_.settled_ties.exists()


def test_a_tie_is_shown_side_by_side_and_moved_by_buttons():
    round_ = settling_round({"001": "80", "002": "80"}, judges=2)
    settle, client = reverse("admin:judging_settle", args=[standing_rankings(round_).get().pk, 0]), desk_of(round_)
    response = client.get(settle)
    rows = {row.name: row for row in response.context["comparison"]}
    assert rows["Nilai"].values == ("80.00", "80.00")
    assert {row.kind for row in rows.values()} == {"score", "part", "tie", "judge"}
    assert all(row.is_equal for row in rows.values())
    assert "garis batas" in response.content.decode()
    response = client.post(settle, {"turun": "001", "reason": "Setengah jadi"})
    form = response.context["form"]
    assert [entry.number for entry in form.entries] == ["002", "001"]
    assert (form["place_001"].value(), form["place_002"].value(), form["reason"].value()) == ("2", "1", "Setengah jadi")
    response = client.post(settle, {"place_001": "2", "place_002": "1", "naik": "001"})
    assert [entry.number for entry in response.context["form"].entries] == ["001", "002"]
    response = client.post(settle, {"place_001": "1", "place_002": "2", "naik": "001"})
    assert [entry.number for entry in response.context["form"].entries] == ["001", "002"]
    assert not round_.settled_ties.exists()


def test_there_is_no_form_for_a_tie_that_is_not_there():
    round_ = settling_round({"001": "80", "002": "70"})
    settle = reverse("admin:judging_settle", args=[standing_rankings(round_).get().pk, 0])
    assert desk_of(round_).get(settle).status_code == 404


def test_confirm_names_who_advances_then_asks_for_the_record():
    round_ = settling_round({"001": "80", "002": "70"})
    client = desk_of(round_)
    assert "80,00" in page(client, step_url(round_, "confirm"))
    html = post(client, step_url(round_, "confirm"))
    assert "Peringkat yang ditetapkan" in html
    assert reverse("admin:judging_record", args=[standing_rankings(round_).get().pk]) in html


def test_the_record_gets_a_number_and_can_be_downloaded():
    round_ = settling_round({"001": "80", "002": "70"})
    confirm_round(round_, by=round_.opened_by)
    client = desk_of(round_)
    html = post(client, reverse("admin:judging_record", args=[standing_rankings(round_).get().pk]))
    record = round_.edition.records.get()
    assert f"Berita acara nomor {record.number} diterbitkan." in html
    file = client.get(reverse("admin:judging_record_file", args=[record.pk]))
    assert file.content.startswith(b"%PDF-")


def test_a_second_record_is_refused_with_a_sentence():
    edition = judged_edition()
    ranking = standing_rankings(edition.rounds.get(kind="final")).get()
    html = post(client_of(make_committee_user()), reverse("admin:judging_record", args=[ranking.pk]))
    assert "Berita acara untuk hasil ini sudah diterbitkan." in html


def test_a_confirmed_desk_round_leads_to_the_presentation_and_the_final_to_publishing():
    edition = judged_edition()
    client = client_of(make_committee_user())
    desk, talk, final = (edition.rounds.get(kind=kind) for kind in ("desk", "presentation", "final"))
    assert f'href="{room_url(talk)}">Ke babak Presentasi' in page(client, room_url(desk))
    html = page(client, room_url(final))
    assert reverse("admin:judging_publish", args=[edition.pk]) in html
    assert "Juri dan usulan" not in html


def moment(later: timedelta) -> str:
    return f"{localtime(clock.now() + later):%Y-%m-%dT%H:%M}"


def test_publish_sets_the_moment_in_local_time():
    edition = judged_edition()
    client = client_of(make_committee_user())
    path = reverse("admin:judging_publish", args=[edition.pk])
    assert "penerbitan tidak dapat ditarik" in page(client, path)
    html = post(client, path, visible_from=moment(timedelta(hours=3)))
    publication = Publication.objects.get()
    assert publication.visible_from - clock.now() > timedelta(hours=2, minutes=58)
    assert "Hasil versi 1 terbit" in html


def test_publish_refuses_a_moment_that_is_past():
    edition = judged_edition()
    path = reverse("admin:judging_publish", args=[edition.pk])
    response = client_of(make_committee_user()).post(path, {"visible_from": moment(timedelta(hours=-1))})
    assert "Waktu itu sudah lewat." in response.content.decode()
    assert not Publication.objects.exists()


def test_a_correction_needs_its_reason():
    edition = judged_edition()
    publish(edition)
    client = client_of(make_committee_user())
    path = reverse("admin:judging_publish", args=[edition.pk])
    response = client.post(path, {"visible_from": moment(timedelta(hours=1))})
    assert "Tulis alasan perbaikan" in response.content.decode()
    post(client, path, visible_from=moment(timedelta(hours=1)), reason="Salah tulis.")
    assert Publication.objects.get(version=2).reason == "Salah tulis."


def test_publish_lists_what_is_missing_instead_of_a_form():
    round_ = settling_round({"001": "80", "002": "70"})
    path = reverse("admin:judging_publish", args=[round_.edition_id])
    html = page(desk_of(round_), path)
    assert "Hasil diterbitkan setelah nilai akhir ditetapkan." in html
    assert "visible_from" not in html
    assert "Hasil diterbitkan setelah" in post(desk_of(round_), path, visible_from=moment(timedelta(hours=1)))


def test_a_final_without_components_says_so_and_has_no_judges():
    edition = judged_edition()
    later = Round.objects.create(edition=edition, code="lain", name="Lain", kind="final", cutoff=1)
    html = page(client_of(make_committee_user()), room_url(later))
    assert "Babak untuk babak ini belum dipilih." in html
    assert step_url(later, "assign") not in html
