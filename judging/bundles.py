"""From rows to bundles: what a ranking is computed from, collected into the shapes of judging.scoring."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from decimal import Decimal

from django.db.models import Exists, OuterRef

from competitions.models import Category
from entries.models import Entry
from entries.states import EntryStatus
from judging.models import Assignment, LateFinding, Mark, Ranking, Recusal, Round, RoundInstrument, ScoreSheet
from judging.queries import rankings_that_stood
from judging.scoring import BundleError, locked_digest
from judging.scoring.bundle import (
    Bundle,
    Criterion,
    FinalBundle,
    FinalRound,
    Instrument,
    RoundBundle,
    SettledTie,
    Sheet,
    Withdrawal,
    check,
    figures,
)
from judging.scoring.bundle import Entry as BundleEntry
from judging.scoring.order import groups
from judging.states import RoundKind

WHY_GONE = {EntryStatus.WITHDRAWN: "ditarik kembali", EntryStatus.DISQUALIFIED: "didiskualifikasi"}


def plain(value: Decimal) -> str:
    """A decimal without trailing zeros or exponent: 77.50 is 77.5."""
    return f"{value.normalize():f}"


def judged_entries(round_: Round, category: Category | None) -> list[Entry]:
    """Entries of the round, in order of number, whatever became of them."""
    entries = Entry.objects.filter(Exists(Assignment.objects.filter(round=round_, entry=OuterRef("pk"))))
    if category:
        entries = entries.filter(category=category)
    return list(entries.select_related("innovation").order_by("number"))


def collect(
    round_: Round,
    category: Category | None,
    *,
    without: Collection[str] | None = None,
    nonces: bool = False,
    version: int | None = None,
) -> Bundle:
    """The bundle of a round as the rows stand now.

    `without` names the entries that left the round, with no regard to what became of them since; by default these are
    the ones that left before the lock. `nonces` adds the nonce beside each receipt. `version` is the version of the
    ranking: late findings count from theirs on, by default all of them do.
    """
    if round_.kind == RoundKind.FINAL:
        return _collect_final(round_, category, version)
    found = findings_until(round_, version)
    entries = judged_entries(round_, category)
    gone = _gone(round_, entries, without)
    numbers = {entry.number for entry in entries} - gone.keys()
    bundle = RoundBundle(
        edition=round_.edition.code,
        round=round_.code,
        category=category.code if category else None,
        decimals=round_.decimals,
        cutoff=round_.cutoff,
        tie_breakers=_tie_breakers(round_),
        instruments=instruments_of(round_),
        entries=tuple(
            BundleEntry(number=entry.number, title=str(entry.innovation))
            for entry in entries
            if entry.number in numbers
        ),
        sheets=tuple(_sheets(round_, numbers, found, nonces=nonces)),
        settled_ties=_settled_ties(round_, category),
        withdrawn=tuple(Withdrawal(entry=number, why=why) for number, why in sorted(gone.items())),
    )
    return _with_ties_that_are_left(bundle) if found else bundle


def _gone(round_: Round, entries: Iterable[Entry], without: Collection[str] | None) -> dict[str, str]:
    """Why entries left the round, by number."""
    return {
        entry.number: WHY_GONE.get(EntryStatus(entry.status), "meninggalkan babak")
        for entry in entries
        if (entry.number in without if without is not None else has_left(entry, round_))
    }


def _tie_breakers(round_: Round) -> tuple[str, ...]:
    breakers = round_.tie_breakers.select_related("criterion__instrument")
    return tuple(f"{breaker.criterion.instrument.code}.{breaker.criterion.code}" for breaker in breakers)


def findings_until(round_: Round, version: int | None) -> set[tuple[str, str]]:
    """Judge label and entry number of the late findings that count in that version of the ranking."""
    found = LateFinding.objects.filter(round=round_)
    if version is not None:
        found = found.filter(version__lte=version)
    return set(found.order_by().values_list("judge__label", "entry__number"))


def _with_ties_that_are_left[T: (RoundBundle, FinalBundle)](bundle: T) -> T:
    """A correction may part a group that the plenary settled: its order then has nothing left to decide."""
    bare = replace(bundle, settled_ties=())
    try:
        check(bare)
    except BundleError:
        return bundle
    tied = {frozenset(group) for group in groups(figures(bare)) if len(group) > 1}
    return replace(bundle, settled_ties=tuple(tie for tie in bundle.settled_ties if frozenset(tie.order) in tied))


def has_left(entry: Entry, round_: Round) -> bool:
    """Whether the entry left before the sheets were locked; after the lock the ranking stands."""
    if entry.status not in WHY_GONE:
        return False
    return not (round_.locked_at and entry.withdrawn_at and entry.withdrawn_at > round_.locked_at)


def instruments_of(round_: Round) -> tuple[Instrument, ...]:
    """The round's instruments with shares, criteria and scales."""
    parts = round_.round_instruments.select_related("instrument").prefetch_related("instrument__criteria")
    return tuple(shape_of(part) for part in parts)


def shape_of(part: RoundInstrument) -> Instrument:
    """An instrument with its share, criteria and scales, as scoring reads it."""
    return Instrument(
        code=part.instrument.code,
        name=part.instrument.name,
        share=plain(part.share),
        criteria=tuple(
            Criterion(
                code=criterion.code,
                name=criterion.name,
                weight=plain(criterion.weight),
                max=plain(criterion.max_mark),
                step=plain(criterion.step),
            )
            for criterion in part.instrument.criteria.all()
        ),
    )


def marks_of(sheets: Collection[int]) -> dict[int, dict[str, str]]:
    """Marks in canonical form by sheet id, then criterion code."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    rows = Mark.objects.filter(sheet__in=sheets).values_list("sheet_id", "criterion__code", "value")
    for sheet, criterion, value in rows:
        found[sheet][criterion] = plain(value)
    return found


def _sheets(
    round_: Round, numbers: Collection[str], found: Collection[tuple[str, str]], *, nonces: bool
) -> list[Sheet]:
    recused = Recusal.objects.filter(
        round=round_, judge=OuterRef("assignment__judge"), entry=OuterRef("assignment__entry")
    )
    rows = (
        ScoreSheet.objects.filter(assignment__round=round_, assignment__entry__number__in=numbers)
        .select_related("assignment__judge", "assignment__entry", "instrument")
        .annotate(is_recused=Exists(recused))
    )
    marks = marks_of([row.pk for row in rows])
    return [
        _sheet(
            row,
            marks.get(row.pk, {}),
            is_recused=row.is_recused or (row.assignment.judge.label, row.assignment.entry.number) in found,
            nonces=nonces,
        )
        for row in rows
    ]


def _sheet(row: ScoreSheet, marks: dict[str, str], *, is_recused: bool, nonces: bool) -> Sheet:
    why = "recused" if is_recused else "released" if row.assignment.released_at else None
    return Sheet(
        judge=row.assignment.judge.label,
        entry=row.assignment.entry.number,
        instrument=row.instrument.code,
        counted=why is None,
        why=why,
        marks=marks,
        receipt=row.receipt or None,
        nonce=row.nonce or None if nonces else None,
    )


def _settled_ties(round_: Round, category: Category | None) -> tuple[SettledTie, ...]:
    """The last decision on each group counts; earlier ones stay in the table."""
    latest = {frozenset(tie.order): tie for tie in round_.settled_ties.filter(category=category)}
    return tuple(SettledTie(order=tuple(tie.order), by=tie.decided_in, reason=tie.reason) for tie in latest.values())


def _collect_final(round_: Round, category: Category | None, version: int | None) -> FinalBundle:
    components = list(round_.components.select_related("source"))
    stored = Ranking.objects.filter(round=round_, category=category, version=version).first()
    scores = {part.source_id: _scores(part.source, category, stored) for part in components}
    narrowest = [set(found) for found in scores.values()]
    finalists = set.intersection(*narrowest) if narrowest else set()
    bundle = FinalBundle(
        edition=round_.edition.code,
        category=category.code if category else None,
        decimals=round_.decimals,
        cutoff=round_.cutoff,
        tie_breakers=tuple(breaker.source.code for breaker in round_.tie_breakers.select_related("source")),
        rounds=tuple(
            FinalRound(
                code=part.source.code,
                share=plain(part.share),
                scores={
                    number: score for number, score in sorted(scores[part.source_id].items()) if number in finalists
                },
            )
            for part in components
        ),
        settled_ties=_settled_ties(round_, category),
    )
    was_corrected = any(part.source.late_findings.exists() for part in components)
    return _with_ties_that_are_left(bundle) if was_corrected else bundle


def _scores(source: Round, category: Category | None, stored: Ranking | None) -> dict[str, str]:
    """Rounded scores by entry number, with exactly the round's decimals: of the ranking that stands.

    For a final that is stored already, of the one that stood when it was computed.
    """
    ranking = rankings_that_stood(source, stored.computed_at if stored else None).filter(category=category).first()
    placings = ranking.placings.values_list("entry__number", "score") if ranking else ()
    return {number: f"{score:.{source.decimals}f}" for number, score in placings if number}


def digest_of(sheets: Iterable[ScoreSheet]) -> str:
    """Digest of the locked sheets, scoring rules section 6."""
    return locked_digest(
        (sheet.assignment.judge.label, sheet.assignment.entry.number, sheet.instrument.code, sheet.receipt)
        for sheet in sheets
    )
