"""Nilai saya: what a judge handed in against what was published, recomputed from the frozen file and the own nonce."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from judging.bundles import marks_of
from judging.models import CriterionComment, Judge, Publication, ScoreSheet
from judging.scoring import receipt
from judging.scoring.bundle import RoundBundle, Sheet, load
from judging.states import RoundKind
from kiks import storage
from kiks.formats import score

WHY = {
    "recused": "tidak dihitung: Anda mengundurkan diri atau ada benturan kepentingan",
    "released": "tidak dihitung: penugasan dilepas",
}


@dataclass(frozen=True, kw_only=True)
class Counted:
    """One own sheet as the published file has it; `problems` is empty when it is what was handed in."""

    round: str
    entry: str
    title: str
    instrument: str
    marks: tuple[tuple[str, str], ...]
    comments: tuple[tuple[str, str], ...]
    receipt: str
    recomputed: str
    remark: str
    problems: tuple[str, ...]


class PublishedMarks:
    """The own sheets in the published files of one edition."""

    def __init__(self, judge: Judge, publication: Publication) -> None:
        self.judge = judge
        self.publication = publication
        rankings = publication.rankings.exclude(round__kind=RoundKind.FINAL).select_related("round", "category")
        names = {ranking.stem: ranking for ranking in rankings}
        files = publication.files.filter(name__in=[f"{name}.json" for name in names]).select_related("document")
        self.bundles = [
            (names[file.name.removesuffix(".json")].round, load(storage.read(file.document))) for file in files
        ]

    def rows(self) -> list[Counted]:
        """Every sheet that the judge handed in, in the order of rounds, entries and instruments."""
        found = []
        for round_, bundle in self.bundles:
            mine = {
                (sheet.assignment.entry.number, sheet.instrument.code): sheet
                for sheet in ScoreSheet.objects.filter(assignment__round=round_, assignment__judge=self.judge)
                .exclude(receipt="")
                .select_related("assignment__entry", "instrument")
                .prefetch_related(Prefetch("comments", CriterionComment.objects.select_related("criterion")))
                .order_by("assignment__entry__number", "instrument_id")
            }
            marks = marks_of([sheet.pk for sheet in mine.values()])
            ranked = {entry.number for entry in bundle.entries}
            found += [
                _counted(round_.name, bundle, self.judge.label, sheet, marks.get(sheet.pk, {}))
                for (number, _), sheet in mine.items()
                if number in ranked
            ]
        return found

    def of_receipt(self, wanted: str, nonce: str) -> list[str]:
        """Names of the published own sheets whose marks, with the nonce, give the receipt."""
        return [
            f"usulan {sheet.entry}, {sheet.instrument}"
            for _, bundle in self.bundles
            for sheet in _of_judge(bundle, self.judge.label)
            if _recomputed(bundle, sheet, nonce) == wanted
        ]


def _of_judge(bundle: RoundBundle, label: str) -> Iterable[Sheet]:
    return (sheet for sheet in bundle.sheets if sheet.judge == label)


def _recomputed(bundle: RoundBundle, sheet: Sheet, nonce: str) -> str:
    return receipt(bundle.edition, bundle.round, sheet.entry, sheet.judge, sheet.instrument, sheet.marks, nonce)


def _counted(round_name: str, bundle: RoundBundle, label: str, own: ScoreSheet, marks: dict[str, str]) -> Counted:
    number, code = own.assignment.entry.number, own.instrument.code
    found = next(
        (sheet for sheet in _of_judge(bundle, label) if (sheet.entry, sheet.instrument) == (number, code)), None
    )
    instrument = next(part for part in bundle.instruments if part.code == code)
    names = {criterion.code: criterion.name for criterion in instrument.criteria}
    published = found.marks if found else {}
    recomputed = _recomputed(bundle, found, own.nonce) if found else ""
    return Counted(
        round=round_name,
        entry=number,
        title=next(entry.title for entry in bundle.entries if entry.number == number),
        instrument=instrument.name,
        marks=tuple((name, score(published[code])) for code, name in names.items() if code in published),
        comments=tuple(_comments(own)),
        receipt=own.receipt,
        recomputed=recomputed,
        remark=WHY.get(found.why or "", "") if found else "",
        problems=tuple(_problems(found, own, recomputed, names, marks)),
    )


def _comments(own: ScoreSheet) -> Iterable[tuple[str, str]]:
    """What the judge wrote on the sheet, as it was handed in; it is in no published file."""
    yield from ((row.criterion.name, row.text) for row in own.comments.all() if row.text)
    if own.comment:
        yield "Seluruh lembar", own.comment


def _problems(
    found: Sheet | None, own: ScoreSheet, recomputed: str, names: dict[str, str], marks: dict[str, str]
) -> Iterable[str]:
    if found is None:
        yield "Lembar ini tidak ada dalam berkas yang diterbitkan."
        return
    for code, name in names.items():
        handed_in, counted = marks.get(code), found.marks.get(code)
        if handed_in != counted:
            yield f"{name}: yang tersimpan {shown(handed_in)}, yang diterbitkan {shown(counted)}."
    if found.receipt != own.receipt:
        yield "Tanda terima dalam berkas yang diterbitkan lain dari tanda terima Anda."
    if recomputed != own.receipt:
        yield "Nilai yang diterbitkan dan angka acak Anda tidak menghasilkan tanda terima Anda."


def shown(mark: str | None) -> str:
    return "kosong" if mark is None else score(mark)
