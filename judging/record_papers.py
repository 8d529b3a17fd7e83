"""What the official papers of a confirmed ranking say, as frozen facts: berita acara and rekap nilai."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from judging.bundles import findings_until
from judging.models import Judge, Placing, Ranking
from judging.queries import by_seat
from judging.scoring.blend import sheet_scores
from judging.scoring.bundle import Bundle, RoundBundle, SettledTie, figures, load
from judging.scoring.order import Figures
from judging.states import RecordKind, RoundKind
from kiks.formats import date_in_words, in_words, score
from kiks.pdf import Enclosure


@dataclass(frozen=True, kw_only=True)
class Line:
    """One entry's line in a table; figures have a decimal comma."""

    position: int
    number: str
    innovation: str
    unit: str
    score: str
    advances: bool
    parts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Signer:
    name: str
    position: str


@dataclass(frozen=True, kw_only=True)
class RecordFacts:
    """A berita acara of one ranking: who advances or wins, by which rule, from which sheets."""

    title: str
    edition: str
    theme: str
    round: str
    category: str
    decided_on: str
    kind: str
    named: str
    columns: tuple[str, ...]
    rules: tuple[str, ...]
    lines: tuple[Line, ...]
    others: str
    judges: tuple[str, ...]
    recusals: tuple[str, ...]
    version: int
    correction: str
    ties: tuple[str, ...]
    locked_digest: str
    bundle_digest: str
    bundle_name: str
    audit_sequence: int | None
    audit_head: str
    signers: tuple[Signer, ...]


@dataclass(frozen=True, kw_only=True)
class RecapLine:
    """One entry's line in the recap."""

    position: str
    number: str
    innovation: str
    unit: str
    parts: tuple[str, ...]
    score: str
    advances: bool


@dataclass(frozen=True, kw_only=True)
class InstrumentRecap:
    """Sheet scores of one instrument: entries by judges, with the mean that counts."""

    name: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class RecapFacts:
    """A rekap nilai: every score of one ranking, from the single sheet to the order."""

    title: str
    edition: str
    round: str
    category: str
    decided_on: str
    columns: tuple[str, ...]
    rules: tuple[str, ...]
    lines: tuple[RecapLine, ...]
    entries: str
    chosen: str
    labels: tuple[str, ...]
    instruments: tuple[InstrumentRecap, ...]
    judges: tuple[str, ...]
    recusals: tuple[str, ...]
    withdrawn: tuple[str, ...]
    ties: tuple[str, ...]
    version: int
    correction: str
    locked_digest: str
    bundle_digest: str
    signers: tuple[Signer, ...]


def record_facts(ranking: Ranking, *, sequence: int | None, head: str) -> RecordFacts:
    """The facts of the berita acara of a confirmed ranking; `sequence` and `head`, if any, anchor the audit chain."""
    round_ = ranking.round
    bundle = load(ranking.bundle)
    placings = _placings(ranking)
    advancing = [placing for placing in placings if placing.advances]
    columns = _columns(bundle, dict(round_.edition.rounds.values_list("code", "name")))
    return RecordFacts(
        title=_title(ranking),
        edition=round_.edition.name,
        theme=round_.edition.theme,
        round=round_.name,
        category=ranking.category.name if ranking.category else "",
        decided_on=date_in_words(ranking.confirmed_at),
        kind=record_kind(ranking),
        named=_with_words(len(advancing)),
        columns=tuple(columns.values()),
        rules=_rules(bundle, columns),
        lines=tuple(_line(placing, columns) for placing in advancing),
        others=_with_words(others) if (others := len(placings) - len(advancing)) else "",
        judges=tuple(f"{judge.label}: {judge.user.name}, {judge.institution}" for judge in _judges(ranking)),
        recusals=_uncounted(ranking),
        version=ranking.version,
        correction=ranking.reason,
        ties=_ties(bundle, figures(bundle), columns, placings, {placing.entry.number for placing in advancing}),
        locked_digest=round_.locked_digest,
        bundle_digest=ranking.bundle_digest,
        bundle_name=bundle_name(ranking),
        audit_sequence=sequence,
        audit_head=head,
        signers=signers_of(ranking),
    )


def recap_facts(ranking: Ranking) -> RecapFacts:
    """The facts of the rekap nilai of a confirmed ranking."""
    round_ = ranking.round
    bundle = load(ranking.bundle)
    placings, found = _placings(ranking), figures(bundle)
    columns = _columns(bundle, dict(round_.edition.rounds.values_list("code", "name")))
    labels, instruments = _instrument_recaps(bundle, found)
    category = f" kategori {ranking.category}" if ranking.category else ""
    return RecapFacts(
        title=f"Rekapitulasi nilai {round_.name}{category} {round_.edition.name}",
        edition=round_.edition.name,
        round=round_.name,
        category=ranking.category.name if ranking.category else "",
        decided_on=date_in_words(ranking.confirmed_at),
        columns=tuple(columns.values()),
        rules=_rules(bundle, columns),
        lines=tuple(_recap_line(_line(placing, columns), placing.tied) for placing in placings),
        entries=_with_words(len(placings)),
        chosen="Pemenang" if round_.kind == RoundKind.FINAL else "Maju",
        labels=labels,
        instruments=instruments,
        judges=tuple(f"{judge.label}: {judge.user.name}, {judge.institution}" for judge in _judges(ranking)),
        recusals=_uncounted(ranking),
        withdrawn=tuple(f"{gone.entry} ({gone.why})" for gone in bundle.withdrawn),
        ties=_ties(bundle, found, columns, placings, {placing.entry.number for placing in placings}),
        version=ranking.version,
        correction=ranking.reason,
        locked_digest=round_.locked_digest,
        bundle_digest=ranking.bundle_digest,
        signers=(Signer(name=ranking.confirmed_by.name, position="Panitia"),),
    )


def bundle_name(ranking: Ranking) -> str:
    """Name of the file inside the berita acara: the published one has it without the edition."""
    return f"{ranking.round.edition.code}-{ranking.stem}.json"


def enclosure_of(ranking: Ranking) -> Enclosure:
    """The frozen bundle, byte for byte: with it anybody recomputes what the paper says."""
    return Enclosure(
        name=bundle_name(ranking),
        content=ranking.bundle,
        description=f"Berkas perhitungan {ranking.round.name}, {ranking.round.edition.name}",
        moment=ranking.confirmed_at,
    )


def _placings(ranking: Ranking) -> list[Placing]:
    return list(ranking.placings.select_related("entry__innovation__unit__agency", "ranking__round"))


def _with_words(number: int) -> str:
    return f"{number} ({in_words(number)})"


def _recap_line(line: Line, tied: bool) -> RecapLine:
    return RecapLine(
        position=f"{line.position} (bersama)" if tied else str(line.position),
        number=line.number,
        innovation=line.innovation,
        unit=line.unit,
        parts=line.parts,
        score=line.score,
        advances=line.advances,
    )


def _instrument_recaps(
    bundle: Bundle, found: Mapping[str, Figures]
) -> tuple[tuple[str, ...], tuple[InstrumentRecap, ...]]:
    """Labels of the judges, and for each instrument number, sheet scores by label and the mean; a final has none."""
    if not isinstance(bundle, RoundBundle):
        return (), ()
    scores = sheet_scores(bundle)
    means = {number: figure.details(bundle.decimals)["per_instrument"] for number, figure in found.items()}
    labels = tuple(sorted({sheet.judge for sheet in bundle.sheets}, key=by_seat))
    return labels, tuple(
        InstrumentRecap(
            name=f"{part.name} ({part.share.replace('.', ',')}%)",
            rows=tuple(
                (
                    entry.number,
                    *(_cell(scores.get((label, entry.number, part.code))) for label in labels),
                    score(means[entry.number][part.code]),
                )
                for entry in bundle.entries
            ),
        )
        for part in bundle.instruments
    )


def _cell(figure: str | None) -> str:
    return "–" if figure is None else score(figure)


def _ties(
    bundle: Bundle,
    found: Mapping[str, Figures],
    columns: Mapping[str, str],
    placings: Iterable[Placing],
    named: Collection[str],
) -> tuple[str, ...]:
    """A sentence for each group of equal scores that one of the named entries is in: how its order came about."""
    breakers = _breaker_names(bundle, columns)
    equal: dict[int, list[str]] = {}
    for number in (placing.entry.number for placing in placings):
        equal.setdefault(found[number].score, []).append(number)
    sentences: list[str] = []
    for numbers in equal.values():
        if len(numbers) > 1 and not set(numbers).isdisjoint(named):
            sentences += _tie_sentences(numbers, found, breakers, bundle.settled_ties)
    return tuple(sentences)


def _tie_sentences(
    numbers: list[str], found: Mapping[str, Figures], breakers: tuple[str, ...], settled: Iterable[SettledTie]
) -> list[str]:
    """`numbers` have one score, in their final order."""
    values = [found[number].tie_values for number in numbers]
    sentences = []
    if len(set(values)) > 1:
        used = [name for name, column in zip(breakers, zip(*values, strict=True), strict=True) if len(set(column)) > 1]
        sentences.append(
            f"Usulan {', '.join(numbers)} bernilai sama dan dipisahkan oleh {' dan '.join(used)},"
            f" dengan urutan {', '.join(numbers)}."
        )
    orders = {frozenset(tie.order): tie for tie in settled}
    for value in dict.fromkeys(values):
        group = [number for number, own in zip(numbers, values, strict=True) if own == value]
        if len(group) == 1:
            continue
        tie = orders.get(frozenset(group))
        sentences.append(
            f"Nilai yang sama diputuskan sidang pleno dengan urutan usulan {', '.join(tie.order)}. Alasan: {tie.reason}"
            if tie
            else f"Usulan {', '.join(group)} bernilai sama dan berbagi posisi."
        )
    return sentences


def _breaker_names(bundle: Bundle, columns: Mapping[str, str]) -> tuple[str, ...]:
    known = dict(columns)
    if isinstance(bundle, RoundBundle):
        known |= {
            f"{part.code}.{criterion.code}": f"{criterion.name} ({part.name})"
            for part in bundle.instruments
            for criterion in part.criteria
        }
    return tuple(known[code] for code in bundle.tie_breakers)


def _uncounted(ranking: Ranking) -> tuple[str, ...]:
    """Who stepped back from which entry, and who was found later to have had to."""
    recusals = ranking.round.recusals.select_related("judge", "entry")
    found = sorted(findings_until(ranking.round, ranking.version))
    return (
        *(f"{recusal.judge.label} dari usulan {recusal.entry.number}" for recusal in recusals),
        *(f"{label} dari usulan {number} (temuan setelah penetapan)" for label, number in found),
    )


def record_kind(ranking: Ranking) -> RecordKind:
    return RecordKind.WINNERS if ranking.round.kind == RoundKind.FINAL else RecordKind.SHORTLIST


def signers_of(ranking: Ranking) -> tuple[Signer, ...]:
    """Every judge of the edition, then the committee member who confirmed."""
    judges = [Signer(name=judge.user.name, position=f"Juri {judge.label}") for judge in _judges(ranking)]
    return (*judges, Signer(name=ranking.confirmed_by.name, position="Panitia"))


def _judges(ranking: Ranking) -> list[Judge]:
    return sorted(ranking.round.edition.judges.select_related("user"), key=lambda judge: by_seat(judge.label))


def _title(ranking: Ranking) -> str:
    category = f" kategori {ranking.category}" if ranking.category else ""
    what = (
        f"pemenang{category}"
        if ranking.round.kind == RoundKind.FINAL
        else f"{ranking.round.cutoff or ''} finalis{category}"
    )
    return f"Berita acara penetapan {what.strip()} {ranking.round.edition.name}"


def _columns(bundle: Bundle, names: Mapping[str, str]) -> dict[str, str]:
    """Code and heading of what stands beside the score: the instruments, or the rounds of a final."""
    if isinstance(bundle, RoundBundle):
        return {part.code: part.name for part in bundle.instruments}
    return {part.code: names[part.code] for part in bundle.rounds}


def _rules(bundle: Bundle, columns: Mapping[str, str]) -> tuple[str, ...]:
    parts = bundle.instruments if isinstance(bundle, RoundBundle) else bundle.rounds
    blend = " + ".join(f"{part.share.replace('.', ',')}% {columns[part.code]}" for part in parts)
    sentences = [f"Nilai = {blend}, dibulatkan sekali ke {bundle.decimals} angka desimal (setengah ke atas)."]
    if bundle.tie_breakers:
        order = "; ".join(_breaker_names(bundle, columns))
        sentences.append(f"Nilai yang sama dipisahkan berturut-turut oleh: {order}.")
    return tuple(sentences)


def _line(placing: Placing, columns: dict[str, str]) -> Line:
    figures = placing.parts.get("per_instrument") or placing.parts.get("per_round") or {}
    decimals = placing.ranking.round.decimals
    return Line(
        position=placing.position,
        number=placing.entry.number,
        innovation=str(placing.entry.innovation),
        unit=placing.entry.innovation.unit.full_name,
        score=score(f"{placing.score:.{decimals}f}"),
        advances=bool(placing.advances),
        parts=tuple(score(figures[code]) for code in columns),
    )
