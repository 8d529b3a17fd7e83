"""Does every stored result still follow from what it was computed from? Named, not mended."""

import json
from collections.abc import Iterator

from competitions.models import Edition
from judging.bundles import collect, digest_of
from judging.models import Ranking, Round, ScoreSheet
from judging.scoring import BundleError, rank_text, wrong_receipts
from judging.scoring.bundle import RoundBundle, dump, load
from judging.second_count import rank_in_sql
from judging.states import RoundKind
from kiks.audit import Link, broken_links
from kiks.models import AuditEvent
from kiks.texts import sha256_of, to_json


def ranking_faults(ranking: Ranking) -> Iterator[str]:
    """What differs between a stored ranking, its frozen bundle, the live rows and the receipts."""
    if sha256_of(ranking.bundle) != ranking.bundle_digest:
        yield "berkas perhitungan tidak sesuai dengan sidik jarinya"
    try:
        bundle, computed = load(ranking.bundle), rank_text(ranking.bundle)
    except BundleError as error:
        yield from (f"berkas perhitungan rusak: {fault}" for fault in error.faults)
        return
    if to_json(computed) != ranking.result:
        yield "hasil tersimpan tidak sama dengan hasil hitung ulang"
    if rank_in_sql(ranking.bundle) != computed:
        yield "hitungan kedua, yang ditulis dalam SQL, memberi hasil lain"
    yield from _placing_faults(ranking, computed["placings"])
    if ranking.confirmed_at:
        yield from _live_faults(ranking, bundle)


def _placing_faults(ranking: Ranking, computed: list[dict]) -> Iterator[str]:
    decimals = ranking.round.decimals
    stored = {
        placing.entry.number: (placing.position, placing.tied, f"{placing.score:.{decimals}f}", placing.advances)
        for placing in ranking.placings.select_related("entry")
    }
    expected = {row["entry"]: (row["position"], row["tied"], row["score"], row["advances"]) for row in computed}
    for number in sorted(stored.keys() | expected.keys()):
        if stored.get(number) != expected.get(number):
            yield f"usulan {number}: tersimpan {stored.get(number)}, seharusnya {expected.get(number)}"


def _live_faults(ranking: Ranking, frozen) -> Iterator[str]:
    gone = {withdrawal.entry for withdrawal in frozen.withdrawn}
    live = collect(ranking.round, ranking.category, without=gone, nonces=True, version=ranking.version)
    if isinstance(frozen, RoundBundle):
        yield from _sheet_faults(frozen, live)
        yield from wrong_receipts(live)
        yield from _digest_faults(ranking.round)
        live = collect(ranking.round, ranking.category, without=gone, version=ranking.version)
    if dump(live) != ranking.bundle:
        yield "data yang berlaku tidak sama lagi dengan berkas perhitungan yang ditetapkan"


def _sheet_faults(frozen: RoundBundle, live: RoundBundle) -> Iterator[str]:
    """Name each mark that is not what was frozen."""
    now = {(sheet.judge, sheet.entry, sheet.instrument): sheet for sheet in live.sheets}
    for sheet in frozen.sheets:
        key = (sheet.judge, sheet.entry, sheet.instrument)
        marks = now[key].marks if key in now else {}
        for code in sorted(sheet.marks.keys() | marks.keys()):
            if sheet.marks.get(code) != marks.get(code):
                yield (
                    f"nilai {sheet.judge} untuk usulan {sheet.entry}, {sheet.instrument}.{code}: "
                    f"ditetapkan {sheet.marks.get(code)}, sekarang {marks.get(code)}"
                )


def _digest_faults(round_: Round) -> Iterator[str]:
    sheets = ScoreSheet.objects.filter(assignment__round=round_).select_related(
        "assignment__judge", "assignment__entry", "instrument"
    )
    if digest_of(sheets) != round_.locked_digest:
        yield "sidik jari lembar terkunci tidak sesuai dengan lembar yang ada"


def chain_faults(edition: Edition) -> list[str]:
    """Broken links of the edition's audit chain."""
    events = AuditEvent.objects.filter(chain=edition.code).order_by("sequence")
    rows = events.values_list("sequence", "previous_hash", "body", "hash").iterator(chunk_size=2000)
    return list(broken_links(Link(*row) for row in rows))


def stored_rankings(edition: Edition) -> list[Ranking]:
    """Every ranking of the edition, standing or superseded, in a fixed order."""
    rankings = Ranking.objects.filter(round__edition=edition).select_related("round__edition", "category")
    return list(rankings.order_by("round_id", "category_id", "version"))


def summary(ranking: Ranking) -> str:
    """One line that names a ranking and its leader."""
    placings = json.loads(ranking.result)["placings"]
    kind = "nilai akhir" if ranking.round.kind == RoundKind.FINAL else ranking.round.code
    category = f" {ranking.category.code}" if ranking.category else ""
    return (
        f"{kind}{category} versi {ranking.version} ({ranking.get_status_display()}): {len(placings)} usulan, "
        "cocok menurut kedua cara hitung"
    )
