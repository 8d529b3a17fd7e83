"""One whole competition through the actions, and what the verification says of it."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from judging.actions.publication import publish_edition
from judging.models import Award, Mark, Presentation, PublishedFile, Ranking
from judging.queries import visible_publication
from judging.scoring import rank_text, wrong_receipts
from judging.scoring.bundle import load
from kiks import clock, storage
from kiks.exceptions import RuleBrokenError
from tests.factories.judging import published_edition
from tests.factories.tampering import without_triggers

pytestmark = pytest.mark.long


@pytest.fixture
def edition(db):
    return published_edition()


def verify(edition):
    out, err = StringIO(), StringIO()
    try:
        call_command("verify_results", edition.code, stdout=out, stderr=err)
    except CommandError as error:
        return f"{err.getvalue()}{error}"
    assert err.getvalue() == ""
    return out.getvalue()


def test_a_winner_comes_out_of_desk_and_presentation(edition):
    final = Ranking.objects.get(round__edition=edition, round__kind="final")
    placings = [(row.entry.number, f"{row.score:.2f}", row.advances) for row in final.placings.select_related("entry")]
    assert placings == [("003", "86.00", True), ("002", "80.00", False)]
    assert [(award.title, award.entry.number) for award in Award.objects.all()] == [("Juara 1", "003")]
    assert set(Presentation.objects.values_list("entry__number", flat=True)) == {"002", "003"}


def test_the_published_bundle_carries_nonces_that_prove_every_receipt(edition):
    file = PublishedFile.objects.get(name="desk.json")
    text = storage.read(file.document)
    bundle = load(text)
    assert all(sheet.nonce for sheet in bundle.sheets)
    assert wrong_receipts(bundle) == ()
    assert rank_text(text) == json.loads(Ranking.objects.get(round__code="desk", status="confirmed").result)


def test_a_correction_needs_a_reason_and_leaves_the_old_version(edition):
    committee = edition.publications.get().published_by
    with pytest.raises(RuleBrokenError, match="Tulis alasan perbaikan"):
        publish_edition(edition, by=committee, visible_from=clock.now())
    publish_edition(edition, by=committee, visible_from=clock.now() + timedelta(hours=1), reason="Salah ketik nama")
    assert visible_publication(edition, clock.now()).version == 1
    assert visible_publication(edition, clock.now() + timedelta(hours=2)).version == 2
    assert visible_publication(edition, clock.now() + timedelta(hours=2), version=1).version == 1


def test_verification_passes_line_by_line(edition):
    lines = verify(edition).splitlines()
    assert [line.split(" versi")[0] for line in lines] == ["desk", "presentation", "nilai akhir"]


def test_exported_bundles_recompute(edition):
    for code in ("desk", "final"):
        out = StringIO()
        call_command("export_bundle", edition.code, code, stdout=out)
        assert rank_text(out.getvalue())["placings"][0]["entry"] == "003"
    with pytest.raises(CommandError, match="Tidak ada peringkat"):
        call_command("export_bundle", edition.code, "lain")
    with pytest.raises(CommandError, match="Edisi lain tidak ada"):
        call_command("verify_results", "lain")


def tamper(table, statement, params):
    with without_triggers(table), connection.cursor() as cursor:
        cursor.execute(statement, params)


def test_one_changed_mark_is_named(edition):
    mark = Mark.objects.filter(sheet__assignment__entry__number="002", criterion__code="ide").first()
    tamper("judging_mark", "UPDATE judging_mark SET value = 99 WHERE id = %s", [mark.pk])
    said = verify(edition)
    judge = mark.sheet.assignment.judge.label
    assert f"desk versi 1: nilai {judge} untuk usulan 002, kipp.ide: ditetapkan 80, sekarang 99" in said
    assert "tanda terima" in said


def test_a_changed_placing_and_a_changed_bundle_are_named(edition):
    ranking = Ranking.objects.get(round__code="desk", status="confirmed")
    tamper("judging_placing", "UPDATE judging_placing SET position = 1 WHERE ranking_id = %s", [ranking.pk])
    assert "usulan 002: tersimpan (1, False, '80.00', True), seharusnya (2, False, '80.00', True)" in verify(edition)
    tamper("judging_ranking", "UPDATE judging_ranking SET bundle = '{}' WHERE id = %s", [ranking.pk])
    said = verify(edition)
    assert "tidak sesuai dengan sidik jarinya" in said
    assert "berkas perhitungan rusak" in said


def test_a_changed_event_is_named_with_its_sequence(edition):
    tamper(
        "kiks_auditevent",
        "UPDATE kiks_auditevent SET body = body || ' ' WHERE chain = %s AND sequence = 7",
        [edition.code],
    )
    assert "jejak audit nomor 7: isinya berubah setelah dicatat" in verify(edition)
