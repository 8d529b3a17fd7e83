"""Which innovations the units of the made-up edition enter, and with which planted flaws."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from judging.demo.chance import chance
from judging.demo.script import DemoUnit, Planted, Topic, load, load_prose

EARLIER_EDITIONS = ("kiks-2024-contoh", "kiks-2025-contoh")
RETURNING = 14
RETURNING_MIN_AGE = 20
THIRD_TIME_AGE = 34


class Flaw(StrEnum):
    NONE = "none"
    UNDER_AGE = "under_age"
    THIRD_PARTICIPATION = "third_participation"
    NO_SK = "no_sk"
    SAME_TEXT_AS = "same_text_as"
    VIDEO_MISSING = "video_missing"


@dataclass(frozen=True, kw_only=True)
class UnitRef:
    code: str
    kind: str
    name: str


@dataclass(frozen=True, kw_only=True)
class EarlierParticipation:
    edition: str
    short_name: str
    expansion: str


@dataclass(frozen=True, kw_only=True)
class DemoInnovation:
    """`index` counts from 0; the `*_months` are whole months before the close of submissions; `quality` is 0 to 100.

    `text_key` is what its texts are drawn from: a copy has the key of its original, and `same_text_as` the index of it.
    """

    index: int
    unit_code: str
    unit_kind: str
    unit_name: str
    short_name: str
    expansion: str
    topic: str
    category_code: str
    transformation_code: str
    initiated_months: int
    trialled_months: int
    implemented_months: int
    is_digital: bool
    tpb: tuple[int, ...]
    quality: int
    text_key: str
    flaw: Flaw = Flaw.NONE
    same_text_as: int | None = None
    earlier: tuple[EarlierParticipation, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Place:
    """One entry of one unit, before it is known what it is about."""

    unit: UnitRef
    nth: int
    planted: Planted

    @property
    def key(self) -> str:
        return f"{self.unit.code}/{self.nth}"


def innovations(seed: object, units: list[UnitRef]) -> list[DemoInnovation]:
    """The innovations of these units in their order; ValueError where the topics do not suffice."""
    script = load()
    quotas: Mapping[str, DemoUnit] = {unit.code: unit for unit in script.units}
    planted = {(record.unit, record.nth): record for record in script.planted}
    places = [
        Place(unit=unit, nth=nth, planted=planted.get((unit.code, nth), Planted(unit=unit.code, nth=nth)))
        for unit in units
        for nth in range(quotas[unit.code].entries)
    ]
    topics = Distribution(seed).distribute(places)
    indexes = {place.key: index for index, place in enumerate(places)}
    returning = _returning(seed, places)
    return [_innovation(seed, place, topics[place.key], indexes, returning) for place in places]


class Distribution:
    """Hands out topics and their names: no name twice, no topic twice to one unit."""

    def __init__(self, seed: object) -> None:
        self.rng = chance(seed, "topics")
        self.topics = load_prose().topics
        self.names = {code: self._shuffled(topic.names) for code, topic in self.topics.items()}
        self.given: dict[str, tuple[Topic, tuple[str, str]]] = {}
        self.of_unit: dict[str, set[str]] = {}

    def distribute(self, places: list[Place]) -> dict[str, tuple[Topic, tuple[str, str]]]:
        for place in places:
            if place.planted.topic:
                self._give(place, self.topics[place.planted.topic])
        # Those with the least choice choose first, else the others leave them nothing.
        for place in sorted(places, key=lambda place: (len(self._allowed(place.unit)), place.unit.code, place.nth)):
            if place.key not in self.given:
                self._give(place, self._choose(place.unit))
        return self.given

    def _choose(self, unit: UnitRef) -> Topic:
        taken = self.of_unit.get(unit.code, set())
        free = [topic for topic in self._allowed(unit) if topic.code not in taken and self.names[topic.code]]
        if not free:
            raise ValueError(f"no topic is left for {unit.code}")
        # An agency begins with what is its own task; the others take what there is most of.
        special = {topic.code: -len(topic.units) if unit.code in topic.units else -len(self.topics) for topic in free}
        ranks = {topic.code: (special[topic.code], len(self.names[topic.code])) for topic in free}
        best = max(ranks.values())
        return self.rng.choice([topic for topic in free if ranks[topic.code] == best])

    def _give(self, place: Place, topic: Topic) -> None:
        left = self.names[topic.code]
        name = next((name for name in left if name[0] == place.planted.short_name), left[-1])
        left.remove(name)
        self.given[place.key] = (topic, name)
        self.of_unit.setdefault(place.unit.code, set()).add(topic.code)

    def _allowed(self, unit: UnitRef) -> list[Topic]:
        return [topic for topic in self.topics.values() if topic.units & {unit.kind, unit.code}]

    def _shuffled(self, names: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        shuffled = list(names)
        self.rng.shuffle(shuffled)
        return shuffled


def _innovation(
    seed: object,
    place: Place,
    given: tuple[Topic, tuple[str, str]],
    indexes: Mapping[str, int],
    returning: frozenset[str],
) -> DemoInnovation:
    topic, (short_name, expansion) = given
    if named := place.planted.named:
        short_name, expansion = named.short_name, named.expansion
    rng = chance(seed, "innovation", place.key)
    flaw = Flaw(place.planted.flaw)
    implemented = _age(rng, flaw, place.key in returning)
    trialled = implemented + rng.randint(2, 5)
    original = "{}/{}".format(*place.planted.same_text_as) if place.planted.same_text_as else place.key
    return DemoInnovation(
        index=indexes[place.key],
        unit_code=place.unit.code,
        unit_kind=place.unit.kind,
        unit_name=place.unit.name,
        short_name=short_name,
        expansion=expansion,
        topic=topic.code,
        category_code=rng.choice(topic.categories),
        transformation_code="digital" if topic.digital else rng.choice(["kelembagaan", "sistem-kerja", "sdm-aparatur"]),
        initiated_months=trialled + rng.randint(2, 7),
        trialled_months=trialled,
        implemented_months=implemented,
        is_digital=topic.digital,
        tpb=topic.tpb,
        quality=rng.randint(56, 74) + rng.randint(0, 19),
        text_key=original,
        flaw=flaw,
        same_text_as=indexes.get(original) if original != place.key else None,
        earlier=_earlier(place, short_name, expansion, returning),
    )


def _age(rng: Random, flaw: Flaw, returns: bool) -> int:
    if flaw is Flaw.UNDER_AGE:
        return rng.randint(2, 5)
    if flaw is Flaw.THIRD_PARTICIPATION:
        return THIRD_TIME_AGE + rng.randint(0, 8)
    return rng.randint(RETURNING_MIN_AGE, 40) if returns else rng.randint(8, 32)


def _earlier(
    place: Place, short_name: str, expansion: str, returning: frozenset[str]
) -> tuple[EarlierParticipation, ...]:
    editions: tuple[str, ...] = ()
    if place.planted.flaw == Flaw.THIRD_PARTICIPATION:
        editions = EARLIER_EDITIONS
    elif place.key in returning:
        editions = EARLIER_EDITIONS[-1:]
    if place.planted.former:
        short_name, expansion = place.planted.former.short_name, place.planted.former.expansion
    return tuple(
        EarlierParticipation(edition=edition, short_name=short_name, expansion=expansion) for edition in editions
    )


def _returning(seed: object, places: list[Place]) -> frozenset[str]:
    """The entries that take part for the second time, under the same name."""
    plain = [place.key for place in places if place.planted.flaw == Flaw.NONE and not place.planted.topic]
    return frozenset(chance(seed, "returning").sample(plain, min(RETURNING, len(plain))))
