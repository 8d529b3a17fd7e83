"""A late finding: a new version beside the old one, exactly what was previewed, and nothing else moves."""

import json
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse

from judging.actions.correction import Finding, correct_ranking, preview_correction
from judging.actions.publication import publish_edition
from judging.actions.record import issue_record
from judging.actions.result import confirm_round
from judging.actions.round import close_round, compute_provisional
from judging.actions.sheet import hand_in_assignment
from judging.models import Award, LateFinding, OfficialRecord, Publication, Ranking
from judging.queries import entries_of_round, standing_rankings
from kiks import clock
from kiks.exceptions import RuleBrokenError
from kiks.models import AuditEvent
from tests.factories.judging import entry_of, mark_all, open_desk_round, published_edition, settling_round
from tests.factories.people import client_of, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def closed_round(marks, **fields):
    """`marks` maps (judge label, entry number) to the mark of every criterion."""
    round_ = open_desk_round(**fields)
    for assignment in round_.assignments.select_related("entry", "judge__user"):
        mark_all(assignment, marks.get((assignment.judge.label, assignment.entry.number), "80"))
        hand_in_assignment(assignment, by=assignment.judge.user)
    committee = round_.opened_by
    close_round(round_, by=committee)
    compute_provisional(round_, by=committee)
    return confirm_round(round_, by=committee)


def finding(round_, label, number, reason="Kerabat pengusul"):
    return Finding(round_.edition.judges.get(label=label), entry_of(round_, number), reason)


def correct(round_, *found, reason="Ditemukan hubungan keluarga"):
    return correct_ranking(round_, by=round_.opened_by, findings=list(found), reason=reason)


def scores(ranking):
    return {row["entry"]: (row["position"], row["score"]) for row in json.loads(ranking.result)["placings"]}


@pytest.fixture
def round_():
    return closed_round({("J1", "001"): "100", ("J2", "001"): "62"}, entries=2, judges=2)


def test_a_finding_gives_a_new_version_and_keeps_the_old_one(round_):
    old = standing_rankings(round_).get()
    assert scores(old) == {"001": (1, "81.00"), "002": (2, "80.00")}
    (new,) = correct(round_, finding(round_, "J1", "001"))
    old.refresh_from_db()
    assert (old.status, new.status, new.version, new.reason) == (
        "superseded",
        "confirmed",
        old.version + 1,
        "Ditemukan hubungan keluarga",
    )
    assert scores(new) == {"002": (1, "80.00"), "001": (2, "62.00")}
    uncounted = [sheet for sheet in json.loads(new.bundle)["sheets"] if not sheet["counted"]]
    assert {(sheet["judge"], sheet["entry"], sheet["why"]) for sheet in uncounted} == {("J1", "001", "recused")}
    assert all(sheet["marks"] for sheet in uncounted)
    assert AuditEvent.objects.filter(kind="ranking.corrected", body__contains=new.bundle_digest).exists()


def test_the_preview_is_what_happens_and_leaves_nothing(round_):
    found = [finding(round_, "J1", "001")]
    before = AuditEvent.objects.count()
    (seen,) = preview_correction(round_, by=round_.opened_by, findings=found, reason="Kerabat")
    assert (LateFinding.objects.count(), Ranking.objects.filter(round=round_).count()) == (0, 1)
    assert AuditEvent.objects.count() == before
    (made,) = correct(round_, *found)
    assert (made.bundle, made.result) == (seen.bundle, seen.result)


def test_who_may_and_when():
    round_ = settling_round(entries=1, judges=2)
    with pytest.raises(RuleBrokenError, match="setelah hasil babak ditetapkan"):
        correct(round_, finding(round_, "J1", "001"))
    confirm_round(round_, by=round_.opened_by)
    with pytest.raises(PermissionDenied):
        correct_ranking(round_, by=make_user(), findings=[finding(round_, "J1", "001")], reason="x")
    for found, reason, sentence in [
        ([], "x", "Pilih juri"),
        ([finding(round_, "J1", "001")], " ", "Tulis alasan"),
        ([finding(round_, "J1", "001", "")], "x", "Tulis alasan"),
        ([finding(round_, "J1", "001")] * 2, "x", "memang tidak dihitung"),
        ([finding(round_, "J1", "001"), finding(round_, "J2", "001")], "x", "tinggal dinilai 0 juri"),
    ]:
        with pytest.raises(RuleBrokenError, match=sentence):
            correct(round_, *found, reason=reason)
    assert not LateFinding.objects.exists()


def test_a_new_tie_across_the_line_is_refused():
    round_ = closed_round({("J1", "001"): "100"}, entries=2, judges=2)
    with pytest.raises(RuleBrokenError, match="001, 002 sama di garis batas"):
        correct(round_, finding(round_, "J1", "001"))
    assert standing_rankings(round_).get().version == 1


def verify(edition):
    out = StringIO()
    call_command("verify_results", edition.code, stdout=out)
    return out.getvalue().splitlines()


def test_a_whole_edition_is_corrected_verified_and_published_again():
    edition = published_edition({"001": "70", "002": "80", "003": "90"})
    desk, final = edition.rounds.get(code="desk"), edition.rounds.get(code="final")
    committee = desk.opened_by
    finalists = list(entries_of_round(edition.rounds.get(code="presentation")))
    awards = list(Award.objects.values_list("entry__number", "title"))
    made = correct_ranking(desk, by=committee, findings=[finding(desk, "J1", "001")], reason="Kerabat")
    assert [(row.round.code, row.version) for row in made] == [("desk", 2), ("final", 2)]
    assert list(entries_of_round(edition.rounds.get(code="presentation"))) == finalists
    assert list(Award.objects.values_list("entry__number", "title")) == awards
    assert set(OfficialRecord.objects.values_list("status", flat=True)) == {"replaced"}
    lines = verify(edition)
    assert [line.split(")")[0] for line in lines] == [
        "desk versi 1 (Diganti",
        "desk versi 2 (Ditetapkan",
        "presentation versi 1 (Ditetapkan",
        "nilai akhir versi 1 (Diganti",
        "nilai akhir versi 2 (Ditetapkan",
    ]
    for ranking in [*standing_rankings(desk), *standing_rankings(final)]:
        issue_record(ranking, by=committee)
    publish_edition(edition, by=committee, visible_from=clock.now(), reason="Perbaikan.")
    told = Publication.objects.get(edition=edition, version=2)
    assert told.reason.startswith("Perbaikan. Penilaian proposal versi 2: Kerabat Nilai akhir versi 2: ")
    assert client_of(make_user()).get(f"/hasil/{edition.code}/v1/desk.json").status_code == 200


def test_the_page_shows_what_would_change_then_changes_it(round_):
    client = client_of(round_.opened_by)
    address = reverse("admin:judging_correct", args=[round_.pk])
    sent = {"judge": round_.edition.judges.get(label="J1").pk, "numbers": "001", "reason": "Kerabat pengusul"}
    html = client.post(address, sent).content.decode()
    assert "Yang akan berubah" in html
    assert "62,00" in html
    assert not LateFinding.objects.exists()
    assert "J1 yang dihitung untuk usulan 009" in client.post(address, sent | {"numbers": "009"}).content.decode()
    client.post(address, sent | {"confirm": "1"})
    assert standing_rankings(round_).get().version == 2
    assert "Kerabat pengusul" in client.get(reverse("admin:judging_room", args=[round_.pk])).content.decode()
