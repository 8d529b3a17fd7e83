"""What the made-up edition is made of, read from fixtures/demo.toml and fixtures/demo/."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


@dataclass(frozen=True, kw_only=True)
class Named:
    code: str
    name: str


@dataclass(frozen=True, kw_only=True)
class DemoStage:
    """Days count from the close of submissions, which is day 0."""

    kind: str
    opens_day: int
    closes_day: int


@dataclass(frozen=True, kw_only=True)
class DemoFinalist:
    short_name: str
    expansion: str
    unit: str
    position: int | None = None


@dataclass(frozen=True, kw_only=True)
class DemoEdition:
    code: str
    year: int
    name: str
    theme: str
    prize: str
    venue: str
    is_history: bool
    categories: tuple[Named, ...]
    transformations: tuple[Named, ...]
    stages: tuple[DemoStage, ...]
    finalists: tuple[DemoFinalist, ...]
    participation_limit: int = 2
    minimum_age_months: int = 6
    unit_limit: int | None = None
    cutoff: int | None = None
    winners: int | None = None


@dataclass(frozen=True, kw_only=True)
class DemoChecklistItem:
    code: str
    label: str
    failure_sentence: str
    machine_rule: str


@dataclass(frozen=True, kw_only=True)
class DemoAward:
    position: int
    title: str


@dataclass(frozen=True, kw_only=True)
class CommitteePerson:
    name: str
    role: str
    email: str


@dataclass(frozen=True, kw_only=True)
class DemoJudge:
    label: str
    name: str
    institution: str
    expertise: str
    email: str


@dataclass(frozen=True, kw_only=True)
class DemoUnit:
    code: str
    entries: int
    contact: str

    @property
    def email(self) -> str:
        return f"{self.code}@upp.example"


@dataclass(frozen=True, kw_only=True)
class FullName:
    """What an innovation is called, and what that stands for."""

    short_name: str
    expansion: str


@dataclass(frozen=True, kw_only=True)
class Planted:
    """What is fixed about the `nth` entry of a unit instead of being drawn.

    `former` is its name in an earlier edition, `named` a name that is not among those of its topic.
    """

    unit: str
    nth: int
    flaw: str = "none"
    topic: str = ""
    short_name: str = ""
    former: FullName | None = None
    named: FullName | None = None
    same_text_as: tuple[str, int] | None = None


@dataclass(frozen=True, kw_only=True)
class Indicator:
    label: str
    measure: str
    before: tuple[int, int]
    after: tuple[int, int]

    @property
    def falls(self) -> bool:
        return sum(self.after) < sum(self.before)


@dataclass(frozen=True, kw_only=True)
class Topic:
    """What a proposal is about; `clauses` holds the clauses by the name under which frames ask for them."""

    code: str
    units: frozenset[str]
    categories: tuple[str, ...]
    tpb: tuple[int, ...]
    digital: bool
    names: tuple[tuple[str, str], ...]
    facts: dict[str, str]
    reach: tuple[int, int]
    indicators: tuple[Indicator, ...]
    risks: tuple[tuple[str, str], ...]
    clauses: dict[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The skeleton of the answer to one question; `low` and `high` bound the length that is aimed at, in words."""

    low: int
    high: int
    paragraphs: tuple[tuple[tuple[str, ...], ...], ...]


@dataclass(frozen=True, kw_only=True)
class Prose:
    topics: dict[str, Topic]
    frames: dict[str, Frame]
    leads: dict[str, tuple[str, ...]]
    kinds: dict[str, dict[str, Any]]
    goals: dict[int, str]


@dataclass(frozen=True, kw_only=True)
class DemoScript:
    label: str
    seed: str
    entries: int
    editions: tuple[DemoEdition, ...]
    checklist: tuple[DemoChecklistItem, ...]
    awards: tuple[DemoAward, ...]
    committee: tuple[CommitteePerson, ...]
    judges: tuple[DemoJudge, ...]
    units: tuple[DemoUnit, ...]
    planted: tuple[Planted, ...]

    def edition(self, code: str) -> DemoEdition:
        return next(edition for edition in self.editions if edition.code == code)

    @property
    def current(self) -> DemoEdition:
        return self.editions[-1]


@cache
def load() -> DemoScript:
    data = _read(FIXTURES / "demo.toml")
    return DemoScript(
        label=data["label"],
        seed=data["seed"],
        entries=data["entries"],
        editions=tuple(_edition(row) for row in data["edition"]),
        checklist=tuple(DemoChecklistItem(**row) for row in data["checklist"]),
        awards=tuple(DemoAward(**row) for row in data["award"]),
        committee=tuple(CommitteePerson(**row) for row in data["committee"]),
        judges=tuple(DemoJudge(**row) for row in data["judge"]),
        units=tuple(DemoUnit(**row) for row in data["unit"]),
        planted=tuple(_planted(row) for row in data["planted"]),
    )


@cache
def load_prose() -> Prose:
    files = sorted((FIXTURES / "demo").glob("topics-*.toml"))
    topics = [_topic(row) for file in files for row in _read(file)["topic"]]
    data = _read(FIXTURES / "demo" / "frames.toml")
    return Prose(
        topics={topic.code: topic for topic in topics},
        frames={row["code"]: _frame(row) for row in data["question"]},
        leads={name: tuple(variants) for name, variants in data["leads"].items()},
        kinds=data["kinds"],
        goals={int(number): name for number, name in data["goals"].items()},
    )


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


def _edition(row: dict[str, Any]) -> DemoEdition:
    lists = {
        "categories": tuple(Named(**part) for part in row["categories"]),
        "transformations": tuple(Named(**part) for part in row["transformations"]),
        "stages": tuple(DemoStage(**part) for part in row["stages"]),
        "finalists": tuple(DemoFinalist(**part) for part in row["finalists"]),
    }
    return DemoEdition(**{**row, **lists})


def _planted(row: dict[str, Any]) -> Planted:
    special: dict[str, Any] = {}
    for field in ("former", "named"):
        if field in row:
            special[field] = FullName(**row[field])
    if "same_text_as" in row:
        special["same_text_as"] = (row["same_text_as"]["unit"], row["same_text_as"]["nth"])
    return Planted(**{**row, **special})


def _topic(row: dict[str, Any]) -> Topic:
    return Topic(
        code=row["code"],
        units=frozenset(row["units"]),
        categories=tuple(row["categories"]),
        tpb=tuple(row["tpb"]),
        digital=row["digital"],
        names=tuple((short_name, expansion) for short_name, expansion in row["names"]),
        facts={key: row[key] for key in ("service", "target", "tools", "reach_unit")},
        reach=(row["reach"][0], row["reach"][1]),
        indicators=tuple(_indicator(part) for part in row["indicators"]),
        risks=tuple((risk, answer) for risk, answer in row["risks"]),
        clauses={
            "problem": tuple(row["problems"]),
            "cause": tuple(row["causes"]),
            "before": tuple(row["before"]),
            "step": tuple(row["steps"]),
            "novelty": tuple(row["novelty"]),
            "impact": tuple(row["impacts"]),
            "partner": tuple(f"{who} {role}" for who, role in row["partners"]),
            "replication": tuple(row["replication"]),
            "link": tuple(row["link"]),
        },
    )


def _indicator(part: list[Any]) -> Indicator:
    label, measure, before_low, before_high, after_low, after_high = part
    return Indicator(label=label, measure=measure, before=(before_low, before_high), after=(after_low, after_high))


def _frame(row: dict[str, Any]) -> Frame:
    paragraphs = tuple(tuple(tuple(slot) for slot in paragraph) for paragraph in row["paragraphs"])
    return Frame(low=row["low"], high=row["high"], paragraphs=paragraphs)
