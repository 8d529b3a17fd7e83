"""Reads for judging: sheets, progress, what blocks a step, published results."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from competitions.models import Category, Edition
from entries.announcements import screening_blockers
from entries.models import Entry
from entries.states import EntryStatus
from judging import visibility
from judging.models import (
    Assignment,
    Judge,
    OfficialRecord,
    Presentation,
    Publication,
    Ranking,
    Recusal,
    Round,
    ScoreSheet,
)
from judging.states import (
    ConflictAnswer,
    RankingStatus,
    RecordKind,
    RecordStatus,
    RoundKind,
    RoundStatus,
    SheetStatus,
)
from kiks import clock
from kiks.access import is_committee
from kiks.formats import score
from kiks.models import OutgoingMail, User

HUNDRED = Decimal(100)
REMINDER, REMINDER_QUIET_FOR = "judge_reminder.txt", timedelta(hours=24)


def with_recusals(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Each assignment with `is_recused`."""
    mine = Recusal.objects.filter(round=OuterRef("round"), judge=OuterRef("judge"), entry=OuterRef("entry"))
    return assignments.annotate(is_recused=Exists(mine))


def counting(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Assignments whose marks count: neither released nor recused."""
    return with_recusals(assignments).filter(released_at__isnull=True, is_recused=False)


def judge_of(user: User, edition: Edition) -> Judge | None:
    return Judge.objects.filter(user=user, edition=edition).select_related("edition", "user").first()


def published_editions(user: User, now: datetime) -> QuerySet[Edition]:
    """Editions on whose panel the user sits and whose result is out."""
    out = Publication.objects.filter(edition=OuterRef("pk"), visible_from__lte=now)
    return Edition.objects.filter(Exists(out), judges__user=user).order_by("-year", "code")


def my_rounds(user: User) -> QuerySet[Round]:
    """Rounds in which the user has something to judge, newest first; nothing of a round in preparation."""
    return (
        Round.objects.filter(assignments__judge__user=user)
        .exclude(status=RoundStatus.DRAFT)
        .select_related("edition", "stage")
        .distinct()
        .order_by("-opened_at")
    )


def my_assignments(judge: Judge, round_: Round) -> QuerySet[Assignment]:
    """The judge's own assignments in the fixed reading order, with `marks_given` and `sheets_handed_in`."""
    return (
        with_recusals(Assignment.objects.filter(judge=judge, round=round_))
        .filter(released_at__isnull=True)
        .select_related("entry__innovation__unit__agency", "round", "judge")
        .annotate(
            marks_given=Count("sheets__marks", distinct=True),
            sheet_count=Count("sheets", distinct=True),
            sheets_handed_in=Count("sheets", filter=~Q(sheets__status=SheetStatus.OPEN), distinct=True),
        )
        .order_by("reading_position", "entry__number")
    )


def assignment_for(user: User, pk: int) -> Assignment | None:
    """The user's own assignment of a round that was opened, with the own note, or None."""
    return (
        with_recusals(Assignment.objects.filter(judge__user=user, pk=pk))
        .exclude(round__status=RoundStatus.DRAFT)
        .select_related("entry__innovation__unit__agency", "entry__current_version", "round__edition", "judge__user")
        .select_related("private_note")
        .first()
    )


def phase_of(round_: Round, *, is_published: bool) -> visibility.Phase:
    """Where the round stands, in the words of the visibility table."""
    if is_published:
        return visibility.Phase.PUBLISHED
    return {
        RoundStatus.SETTLING: visibility.Phase.SETTLING,
        RoundStatus.CLOSED: visibility.Phase.CLOSED,
    }.get(RoundStatus(round_.status), visibility.Phase.INDEPENDENT)


def sheets_visible_to(user: User, round_: Round) -> QuerySet[ScoreSheet]:
    """The only way in which sheets reach a page: own ones always, others' as the visibility table says."""
    sheets = ScoreSheet.objects.filter(assignment__round=round_)
    viewer = visibility.Viewer.COMMITTEE if is_committee(user) else visibility.Viewer.JUDGE
    published = Publication.objects.filter(rankings__round=round_, visible_from__lte=clock.now()).exists()
    phase = phase_of(round_, is_published=published)
    if visibility.may_see(phase, viewer, visibility.Item.OTHER_SHEET):
        return sheets
    return sheets.filter(assignment__judge__user=user)


def criteria_count(round_: Round) -> int:
    """How many marks one entry needs from one judge."""
    return round_.round_instruments.aggregate(n=Count("instrument__criteria"))["n"]


def entries_of_round(round_: Round) -> QuerySet[Entry]:
    """Who is judged: all that passed screening, or those that advance from the round before."""
    entries = Entry.objects.filter(edition=round_.edition, status=EntryStatus.PASSED).select_related(
        "innovation__unit__agency"
    )
    if round_.source_id is None:
        return entries.order_by("number")
    # A correction of the round before changes its ranking, never who was already let into this round.
    standing = Ranking.objects.filter(round=round_.source, confirmed_at__isnull=False, reason="")
    return entries.filter(placings__ranking__in=standing, placings__advances=True).order_by("number")


def ranking_groups(edition: Edition) -> list[Category] | list[None]:
    """Categories that are ranked apart, or [None] where the whole edition is one ranking."""
    return list(edition.categories.filter(is_ranked_apart=True)) or [None]


def standing_rankings(round_: Round) -> QuerySet[Ranking]:
    """The rankings of a round that stand: provisional or confirmed, never superseded ones."""
    return round_.rankings.exclude(status=RankingStatus.SUPERSEDED).order_by("category__position")


def rankings_that_stood(round_: Round, moment: datetime | None) -> QuerySet[Ranking]:
    """Of each category first the confirmed ranking that stood at the moment; without one, those that stand now."""
    if moment is None:
        return standing_rankings(round_)
    return round_.rankings.filter(confirmed_at__lte=moment).order_by("category__position", "-version")


def opening_blockers(round_: Round) -> list[str]:
    """Sentences that say what must be done before the round can open."""
    found = _edition_blockers(round_.edition) + share_faults(round_)
    if round_.kind == RoundKind.DESK:
        found += screening_blockers(round_.edition, clock.now())
    if round_.kind == RoundKind.FINAL:
        components = round_.components.select_related("source")
        found += [
            f"Babak {part.source.name} belum ditetapkan."
            for part in components
            if part.source.status != RoundStatus.CLOSED
        ]
    else:
        parts = round_.round_instruments.select_related("instrument")
        found += [sentence for part in parts for sentence in _instrument_blockers(part)]
        found += _panel_blockers(round_)
    if not round_.shares_confirmed_at:
        found.append(f"Bobot pada babak {round_.name} belum dikonfirmasi.")
    if round_.source and round_.source.status != RoundStatus.CLOSED:
        found.append(f"Babak {round_.source.name} belum ditetapkan.")
    return found


def _edition_blockers(edition: Edition) -> list[str]:
    """Nothing is judged in an edition that nobody sees, or by rules that nobody stands for."""
    found = [] if edition.opened_at else [f"{edition.name} belum dibuka untuk umum."]
    return found if edition.rules_confirmed_at else [*found, f"Aturan {edition.name} belum dikonfirmasi."]


def share_faults(round_: Round) -> list[str]:
    """What is wrong with the shares of a round: none chosen, or a sum that is not 100."""
    is_final = round_.kind == RoundKind.FINAL
    what = "Babak" if is_final else "Instrumen"
    if is_final:
        shares = [component.share for component in round_.components.all()]
    else:
        shares = [part.share for part in round_.round_instruments.all()]
    if not shares:
        return [f"{what} untuk babak ini belum dipilih."]
    total = sum(shares, Decimal(0))
    if total == HUNDRED:
        return []
    return [f"Jumlah bobot {what.lower()} {score(f'{total.normalize():f}')}%, seharusnya 100%."]


def _instrument_blockers(part) -> list[str]:
    instrument = part.instrument
    weights = [criterion.weight for criterion in instrument.criteria.all()]
    found = []
    if sum(weights) != HUNDRED:
        found.append(f"Jumlah bobot kriteria {instrument.name} {sum(weights):f}%, seharusnya 100%.")
    if not instrument.confirmed_at:
        found.append(f"Instrumen {instrument.name} belum dikonfirmasi.")
    return found


def _panel_blockers(round_: Round) -> list[str]:
    if not entries_of_round(round_).exists():
        return ["Belum ada usulan yang dinilai pada babak ini."]
    few = sorted(entries_with_few_judges(round_))
    return [f"Juri kurang dari {round_.minimum_judges} untuk usulan {', '.join(few)}."] if few else []


def entries_with_few_judges(round_: Round) -> dict[str, int]:
    """Number and key of the entries that have fewer judges than the round asks for."""
    waiting = dict(entries_of_round(round_).values_list("number", "pk"))
    given = Counter(counting(round_.assignments.all()).values_list("entry__number", flat=True))
    return {number: pk for number, pk in waiting.items() if given[number] < round_.minimum_judges}


def closing_blockers(round_: Round) -> list[str]:
    """Sentences that say what must be done before the sheets can be locked, one for each judge or entry."""
    if round_.kind == RoundKind.FINAL:
        return []
    behind: dict[str, list[str]] = {}
    for label, number, _ in open_pairs(round_):
        behind.setdefault(label, []).append(number)
    found = [
        f"{label} belum menyerahkan lembar untuk usulan {', '.join(numbers)}." for label, numbers in behind.items()
    ]
    return found + _panel_blockers(round_)


def open_pairs(round_: Round) -> QuerySet[ScoreSheet, tuple[str, str, int]]:
    """Label, number and assignment of every pair that still has an open sheet and would count."""
    counted = counting(round_.assignments.filter(entry__status=EntryStatus.PASSED))
    return (
        ScoreSheet.objects.filter(assignment__in=counted, status=SheetStatus.OPEN)
        .values_list("assignment__judge__label", "assignment__entry__number", "assignment_id")
        .distinct()
        .order_by("assignment__judge__label", "assignment__entry__number")
    )


def confirming_blockers(round_: Round) -> list[str]:
    """Sentences that say what must be settled before the result can be confirmed."""
    found = []
    for ranking in standing_rankings(round_).prefetch_related("placings__entry"):
        straddling = [placing.entry.number for placing in ranking.placings.all() if placing.advances is None]
        if straddling:
            found.append(f"Nilai usulan {', '.join(straddling)} sama di garis batas dan harus diputuskan sidang pleno.")
        elif round_.kind == RoundKind.FINAL:
            tied = [placing.entry.number for placing in ranking.placings.all() if placing.tied and placing.advances]
            if tied:
                found.append(f"Nilai usulan {', '.join(tied)} sama; urutan pemenang harus diputuskan sidang pleno.")
    return found or ([] if standing_rankings(round_).exists() else ["Peringkat sementara belum dihitung."])


def round_blockers(round_: Round) -> list[str]:
    """What blocks the next step of the round, whichever that is."""
    return {
        RoundStatus.DRAFT: opening_blockers,
        RoundStatus.OPEN: closing_blockers,
        RoundStatus.SETTLING: confirming_blockers,
        RoundStatus.CLOSED: lambda _: [],
    }[RoundStatus(round_.status)](round_)


def progress_matrix(round_: Round) -> dict[tuple[str, str], str]:
    """State of each pair (entry number, judge label), without a single figure:

    not_started, in_progress, handed_in, recused or released.
    """
    rows = (
        with_recusals(round_.assignments.all())
        .annotate(
            sheet_count=Count("sheets", distinct=True),
            fixed=Count("sheets", filter=~Q(sheets__status=SheetStatus.OPEN), distinct=True),
            marked=Count("sheets__marks", distinct=True),
        )
        .values_list("entry__number", "judge__label", "is_recused", "released_at", "sheet_count", "fixed", "marked")
    )
    return {(number, label): _progress(*facts) for number, label, *facts in rows}


def _progress(is_recused: bool, released_at: datetime | None, sheets: int, fixed: int, marked: int) -> str:
    if is_recused:
        return "recused"
    if released_at:
        return "released"
    if sheets and fixed == sheets:
        return "handed_in"
    return "in_progress" if marked or fixed else "not_started"


def judges_behind(round_: Round) -> list[tuple[Judge, int]]:
    """Judges of an open round with the number of entries that they still owe, the most first."""
    left = (
        counting(round_.assignments.all())
        .filter(Exists(ScoreSheet.objects.filter(assignment=OuterRef("pk"), status=SheetStatus.OPEN)))
        .values_list("judge_id", flat=True)
    )
    owed = Counter(left)
    judges = Judge.objects.filter(pk__in=owed).select_related("user")
    return sorted(((judge, owed[judge.pk]) for judge in judges), key=lambda pair: (-pair[1], pair[0].label))


def by_seat(label: str) -> tuple[int, str]:
    """Sorts labels of judges: J2 before J10."""
    return len(label), label


def reminded_since(users: Iterable[int], since: datetime, *, template: str = REMINDER) -> dict[int, datetime]:
    """When each of these people was last sent this reminder, as far as that is later than `since`."""
    mails = OutgoingMail.objects.filter(template=template, to_user__in=users, queued_at__gt=since)
    return dict(mails.order_by("queued_at").values_list("to_user_id", "queued_at"))


def unanswered_conflicts(judge: Judge, round_: Round) -> QuerySet[Assignment]:
    """Assignments for which the judge has not been asked about conflicts."""
    return my_assignments(judge, round_).filter(conflict=ConflictAnswer.NOT_ASKED, is_recused=False)


def known_presentations(now: datetime) -> QuerySet[Presentation]:
    """Finalists whose units may know it: announced on paper, told a time, or in a published result.

    A paper that was replaced has told them too; only a withdrawn one has not.
    """
    of_source = Q(ranking__round=OuterRef("round__source"), ranking__placings__entry=OuterRef("entry"))
    of_round = Q(ranking__isnull=True) & (Q(round=OuterRef("round__source")) | Q(round=OuterRef("round")))
    papers = OfficialRecord.objects.filter(of_source | of_round, kind=RecordKind.ANNOUNCEMENT)
    out = Publication.objects.filter(edition=OuterRef("round__edition"), visible_from__lte=now)
    return Presentation.objects.filter(
        Exists(papers.exclude(status=RecordStatus.WITHDRAWN)) | Exists(out) | Q(told_starts_at__isnull=False)
    )


def visible_publication(edition: Edition, now: datetime, *, version: int | None = None) -> Publication | None:
    """The newest publication (or the given version) whose moment has come."""
    found = edition.publications.filter(visible_from__lte=now).order_by("-version")
    return (found.filter(version=version) if version else found).first()


def published_rankings(publication: Publication) -> QuerySet[Ranking]:
    """The rankings of a publication with placings and entries, ready to be drawn."""
    return (
        publication.rankings.select_related("round", "category")
        .prefetch_related("placings__entry__innovation__unit__agency")
        .order_by("round_id", F("category__position").asc(nulls_first=True))
    )
