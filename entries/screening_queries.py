"""What the screening desk asks: who waits, what the machine can establish, and what was decided before."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, QuerySet

from competitions.checklist import MachineRule
from competitions.models import ChecklistItem, Edition
from entries.eligibility import Facts, Failure, Reason, Rules, failures, months_before, sentence
from entries.identities import another_entered, owner_of
from entries.models import Entry, Objection, Participation, ProposedRejection
from entries.queries import edition_rules, frozen_content, sizes_by_kind
from entries.states import EntryStatus, ObjectionStatus, ProposalStatus
from entries.video_links import read_link
from kiks.formats import day_month_year

REASON_OF_RULE = {
    MachineRule.AGE: (Reason.TOO_YOUNG, Reason.IMPLEMENTATION_DATE_MISSING),
    MachineRule.PARTICIPATION: (Reason.PARTICIPATION_LIMIT,),
    MachineRule.WORDS: (Reason.TOO_MANY_WORDS, Reason.ANSWER_MISSING),
    MachineRule.PAPERS: (Reason.PAPER_MISSING, Reason.TOO_MANY_FILES, Reason.FILE_TOO_LARGE),
    MachineRule.STATEMENT: (Reason.STATEMENT_MISSING,),
}


@dataclass(frozen=True)
class Finding:
    """What the machine says of one item: `passed` is None where it cannot know; `reason` is meant for the unit."""

    passed: bool | None
    facts: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Case:
    """All that the machine looks at: the frozen text of one entry, its participations, the rules of its edition."""

    content: dict[str, Any]
    participations: tuple[int, ...]
    statement: bool
    # Under which other names it took part, with the years; which number of this edition is the same innovation.
    other_names: tuple[str, ...] = ()
    entered_as: str | None = None
    rules: Rules

    @cached_property
    def failures(self) -> tuple[Failure, ...]:
        """What the rules say of the text, worked out once for all items."""
        facts = Facts(
            # The stage was open when the entry was submitted: only what the text holds is looked at here.
            now=self.rules.opens_at,
            unit_verified=True,
            participations=self.participations,
            implemented_on=_day(self.content["dates"]["implemented_on"]),
            answers={answer["code"]: answer["text"] for answer in self.content["answers"]},
            files=sizes_by_kind((file["kind"], file["size"]) for file in self.content["attachments"]),
            video_link=self.content["video_url"],
            statement_accepted=self.statement,
        )
        return failures(facts, self.rules)


NOTHING_KNOWN = Finding(None)


def screening_queue(edition: Edition) -> QuerySet[Entry]:
    """Entries that wait for screening, the longest waiting first; `attempts` counts the screenings so far.

    What waits for a second person waits elsewhere, as long as the version is the one that was proposed.
    """
    proposed = ProposedRejection.objects.filter(version=OuterRef("current_version"), status=ProposalStatus.PROPOSED)
    return (
        Entry.objects.filter(~Exists(proposed), edition=edition, status=EntryStatus.SUBMITTED)
        .select_related("innovation__unit__agency", "category", "edition", "current_version")
        .annotate(attempts=Count("screenings"))
        .order_by("submitted_at", "pk")
    )


def next_to_screen(entry: Entry) -> Entry | None:
    """The entry that has waited longest, apart from this one."""
    return screening_queue(entry.edition).exclude(pk=entry.pk).first()


def open_objections(edition: Edition) -> QuerySet[Objection]:
    """Objections that wait for a decision, the longest waiting first."""
    waiting = Objection.objects.filter(entry__edition=edition, status=ObjectionStatus.RAISED)
    return waiting.select_related("entry__innovation__unit__agency", "entry__edition", "document").order_by("raised_at")


def next_attempt(entry: Entry) -> int:
    return (entry.screenings.aggregate(last=Max("attempt"))["last"] or 0) + 1


def overdue_corrections(edition: Edition, now: datetime) -> QuerySet[Entry]:
    """Returned entries whose date for the correction has passed."""
    last = Entry.objects.filter(edition=edition, status=EntryStatus.RETURNED).annotate(
        due_at=Max("screenings__correction_due_at")
    )
    return last.filter(due_at__lt=now).select_related("innovation__unit__agency").order_by("due_at")


def machine_findings(entry: Entry) -> dict[str, Finding]:
    """What the machine establishes for each item of the checklist, from the frozen text that was submitted."""
    return findings_of([entry])[entry.pk]


def findings_of(entries: Collection[Entry]) -> dict[int, dict[str, Finding]]:
    """The same for many entries of one edition, by their key; more entries ask the database no more often."""
    edition = next((entry.edition for entry in entries), None)
    if edition is None:
        return {}
    if any(entry.current_version is None for entry in entries):
        raise ValueError("A draft was never submitted: there is nothing to screen.")
    items, rules, counted = list(edition.checklist.all()), edition_rules(edition), _Counted(entries, edition)
    found = {}
    for entry in entries:
        case = Case(
            content=frozen_content(entry.current_version),
            participations=counted.years(entry),
            other_names=counted.other_names(entry),
            entered_as=counted.entered_as(entry),
            statement=entry.statement_accepted,
            rules=rules,
        )
        found[entry.pk] = {item.code: find(item, case) for item in items}
    return found


def _identity(entry: Entry) -> int:
    return entry.innovation.same_as_id or entry.innovation_id


class _Counted:
    """The participations of the identities of some entries, asked once for all."""

    def __init__(self, entries: Collection[Entry], edition: Edition) -> None:
        self.edition = edition
        self.rows: dict[int, list[Participation]] = defaultdict(list)
        found = Participation.objects.filter(innovation__in={_identity(entry) for entry in entries})
        for row in found.select_related("edition", "innovation", "recorded_for").order_by("edition__year", "pk"):
            self.rows[row.innovation_id].append(row)
        holders = {owner_of(row) for rows in self.rows.values() for row in rows if row.edition_id == edition.pk}
        foreign = holders - {entry.innovation_id for entry in entries}
        self.numbers = {entry.innovation_id: entry.number for entry in entries}
        if foreign:
            others = Entry.objects.filter(edition=edition, innovation__in=foreign)
            self.numbers |= dict(others.values_list("innovation", "number"))

    def _elsewhere(self, entry: Entry) -> list[Participation]:
        return [row for row in self.rows[_identity(entry)] if row.edition_id != self.edition.pk]

    def years(self, entry: Entry) -> tuple[int, ...]:
        """The years of the other editions in which the identity took part."""
        return tuple(row.edition.year for row in self._elsewhere(entry))

    def other_names(self, entry: Entry) -> tuple[str, ...]:
        named: dict[str, list[int]] = defaultdict(list)
        for row in self._elsewhere(entry):
            if owner_of(row) != entry.innovation_id:
                named[row.owner.short_name].append(row.edition.year)
        return tuple(f"{name} ({', '.join(map(str, years))})" for name, years in named.items())

    def entered_as(self, entry: Entry) -> str | None:
        """The number of the other entry that holds the participation of this edition."""
        for row in self.rows[_identity(entry)]:
            if row.edition_id == self.edition.pk and owner_of(row) != entry.innovation_id:
                return self.numbers.get(owner_of(row), "")
        return None


def find(item: ChecklistItem, case: Case) -> Finding:
    """The finding for one item; an item without a rule is the officer's alone."""
    check = CHECKS.get(item.machine_rule)
    return check(case) if check else NOTHING_KNOWN


def _sentences(case: Case, rule: MachineRule) -> Iterator[str]:
    return (sentence(failure) for failure in case.failures if failure.reason in REASON_OF_RULE[rule])


def _by_rule(rule: MachineRule, facts: Callable[[Case], str]) -> Callable[[Case], Finding]:
    def check(case: Case) -> Finding:
        sentences = list(_sentences(case, rule))
        return Finding(not sentences, facts(case), " ".join(sentences))

    return check


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _age_facts(case: Case) -> str:
    day, rules = _day(case.content["dates"]["implemented_on"]), case.rules
    if day is None:
        return "Tanggal mulai diterapkan kosong."
    if rules.min_age_months is None:
        return f"Mulai diterapkan {day_month_year(day)}; edisi ini tidak menentukan umur minimal."
    latest = months_before(rules.closes_at.astimezone(rules.time_zone).date(), rules.min_age_months)
    return f"Mulai diterapkan {day_month_year(day)}, paling lambat {day_month_year(latest)}."


def _participation(case: Case) -> Finding:
    """Beyond the limit, counting what it did under other names, or a second time in one edition."""
    used, limit = len(case.participations), case.rules.max_participations
    years = f" ({', '.join(map(str, case.participations))})" if used else ""
    facts = [f"Sudah {used} kali ikut serta pada edisi lain{years}, maksimal {limit} kali."]
    reasons = list(_sentences(case, MachineRule.PARTICIPATION))
    if case.other_names:
        names = f"Inovasi ini sama dengan {', '.join(case.other_names)}."
        facts.append(names)
        reasons += [names] if reasons else []
    if case.entered_as is not None:
        facts.append(another_entered(case.entered_as))
        reasons.append(another_entered(case.entered_as))
    return Finding(not reasons, " ".join(facts), " ".join(reasons))


def _word_facts(case: Case) -> str:
    counts = [
        f"{answer['title']} {answer['words']}{'/' if answer['word_limit'] else ''}{answer['word_limit'] or ''}"
        for answer in case.content["answers"]
    ]
    return f"{', '.join(counts)} kata." if counts else "Formulir ini tidak memiliki pertanyaan."


def _video(case: Case) -> Finding:
    text = case.content["video_url"].strip()
    link = read_link(text)
    if not text:
        return Finding(False, "Tautan video kosong.", "Tautan video belum diisi.")
    if not link.is_link:
        return Finding(
            False,
            f"“{text}” bukan alamat web.",
            "Tautan video bukan alamat web yang dapat dibuka. Tulis alamat lengkapnya, diawali https://.",
        )
    place = link.service or f"{link.host}, bukan layanan video yang dikenal sistem"
    return Finding(True, f"{text} ({place}).")


def _statement_facts(case: Case) -> str:
    return "Disetujui saat usulan dikirim." if case.statement else "Belum disetujui."


def _paper_facts(case: Case) -> str:
    files = case.content["attachments"]
    present = {file["kind"] for file in files}
    required = [paper for paper in case.rules.papers if paper.required]
    missing = [paper.label for paper in required if paper.code not in present]
    if missing:
        return f"Belum ada: {', '.join(missing)}."
    return f"{len(files)} lampiran; {'semua yang wajib ada' if required else 'edisi ini tidak mewajibkan lampiran'}."


def _decree(case: Case) -> Finding:
    number = case.content["decree_number"].strip()
    if number:
        return Finding(True, f"Nomor: {number}.")
    # The number may stand in a paper: the officer sees which there are.
    labels = {paper.code: paper.label for paper in case.rules.papers}
    kinds = dict.fromkeys(file["kind"] for file in case.content["attachments"])
    attached = ", ".join(labels.get(kind, kind) for kind in kinds)
    facts = f"Nomor kosong; terlampir: {attached}." if attached else "Nomor kosong dan tidak ada lampiran."
    return Finding(False, facts, "Tulis nomor SK atau surat pernyataan inovator.")


CHECKS: dict[str, Callable[[Case], Finding]] = {
    MachineRule.AGE: _by_rule(MachineRule.AGE, _age_facts),
    MachineRule.PARTICIPATION: _participation,
    MachineRule.WORDS: _by_rule(MachineRule.WORDS, _word_facts),
    MachineRule.STATEMENT: _by_rule(MachineRule.STATEMENT, _statement_facts),
    MachineRule.VIDEO: _video,
    MachineRule.PAPERS: _by_rule(MachineRule.PAPERS, _paper_facts),
    MachineRule.DECREE: _decree,
}
