"""Which entries can be passed together: all that the machine can decide is fulfilled, and nothing else waits."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from competitions.models import ChecklistItem, Edition
from entries.announcements import is_decided
from entries.models import Entry, ProposedRejection
from entries.queries import units_of
from entries.resemblance_queries import Resembling, undecided
from entries.screening_queries import NOTHING_KNOWN, Finding, findings_of
from entries.second_person import waiting_proposals
from entries.states import EntryStatus, ScreeningOutcome
from kiks.models import User

COMPARE = (
    "Perbaikan setelah dikembalikan: buka usulan ini, baca di atas isinya apa yang berubah sejak dikembalikan, lalu"
    " putuskan di sana."
)
REOPENED = "Pemeriksaannya dibuka kembali: buka usulan ini dan putuskan di sana."
OWN_UNIT = "Anda anggota unit pengusul."


@dataclass(frozen=True)
class Case:
    """One entry before it is passed together with others: the machine's facts, and why it is left out, if it is."""

    entry: Entry
    findings: list[tuple[ChecklistItem, Finding]]
    hindrances: list[str]

    @property
    def is_clear(self) -> bool:
        return not self.hindrances

    @property
    def known(self) -> list[tuple[ChecklistItem, Finding]]:
        """What the machine says; the rest is the officer's to state."""
        return [(item, finding) for item, finding in self.findings if finding != NOTHING_KNOWN]

    @property
    def key(self) -> str:
        """What the preview saw, as the form carries it: entry, attempt and version."""
        return f"{self.entry.pk}.{self.attempt}.{self.entry.current_version.ordinal}"

    @property
    def attempt(self) -> int:
        return len(self.entry.screenings.all()) + 1


def cases(edition: Edition, user: User, chosen: Collection[int] | None = None) -> list[Case]:
    """The chosen entries of the edition, or all that wait, the longest waiting first; a flat number of queries."""
    entries = Entry.objects.filter(edition=edition, current_version__isnull=False)
    entries = entries.filter(status=EntryStatus.SUBMITTED) if chosen is None else entries.filter(pk__in=chosen)
    found = list(
        entries.select_related("innovation__unit__agency", "innovation__same_as", "category", "current_version")
        .prefetch_related("screenings")
        .order_by("submitted_at", "pk")
    )
    for entry in found:
        # One object for all, so that its checklist and stages are read once.
        entry.edition = edition
    known = _Known(edition, user, found)
    return [known.case_of(entry) for entry in found]


def human_items(edition: Edition) -> list[ChecklistItem]:
    """What no machine decides: the officer states it for all."""
    return [item for item in edition.checklist.all() if not item.machine_rule]


class _Known:
    """What is asked once for all entries."""

    def __init__(self, edition: Edition, user: User, entries: list[Entry]) -> None:
        keys = [entry.pk for entry in entries]
        self.items = list(edition.checklist.all())
        self.findings: Mapping[int, dict[str, Finding]] = findings_of(entries)
        self.twins = undecided(keys)
        self.proposals = {proposal.entry_id: proposal for proposal in waiting_proposals(edition)}
        self.own_units = set(units_of(user).values_list("pk", flat=True))
        self.announced = is_decided(edition)

    def case_of(self, entry: Entry) -> Case:
        findings = [(item, self.findings[entry.pk][item.code]) for item in self.items]
        return Case(entry, findings, [*self._hindrances(entry), *machine_hindrances(findings)])

    def _hindrances(self, entry: Entry) -> list[str]:
        """The reasons that lie outside the text; what is no longer waiting needs no further one."""
        if self.announced:
            return ["Pengumuman seleksi administrasi sudah diterbitkan."]
        if entry.status != EntryStatus.SUBMITTED:
            return [f"Sudah berstatus “{entry.get_status_display()}”."]
        possible = [
            (entry.innovation.unit_id in self.own_units, OWN_UNIT),
            (entry.pk in self.proposals, _proposed(self.proposals.get(entry.pk))),
            (entry.pk in self.twins, twin_sentence(self.twins.get(entry.pk, []))),
            (bool(repeated := repeated_sentence(entry)), repeated),
        ]
        return [sentence for applies, sentence in possible if applies]


def machine_hindrances(findings: Collection[tuple[ChecklistItem, Finding]]) -> list[str]:
    """An item with a rule must be found fulfilled: failed and unknown are both for an officer to look at."""
    sentences = []
    for item, finding in findings:
        if item.machine_rule and finding.passed is None:
            sentences.append(f"{item.label}: sistem tidak dapat memastikannya.")
        elif finding.passed is False:
            sentences.append(f"{item.label}: {finding.reason or finding.facts}")
    return sentences


def repeated_sentence(entry: Entry) -> str:
    """What was decided on before is looked at by itself, from the loaded screenings."""
    last = max(entry.screenings.all(), key=lambda screening: screening.attempt, default=None)
    if last is None:
        return ""
    return COMPARE if last.outcome == ScreeningOutcome.RETURNED else REOPENED


def twin_sentence(twins: Collection[Resembling]) -> str:
    """Which innovations somebody must compare first."""
    return f"Mirip dengan {'; '.join(map(_named, twins))}. Putuskan dahulu apakah inovasinya sama."


def _named(twin: Resembling) -> str:
    years = f" ({', '.join(map(str, twin.years))})" if twin.years else ""
    return f"{twin.innovation.short_name} dari {twin.innovation.unit.full_name}{years}"


def _proposed(proposal: ProposedRejection | None) -> str:
    return f"Diusulkan tidak lolos oleh {proposal.proposed_by}, menunggu orang kedua." if proposal else ""
