"""The answers of the made-up proposals: frames filled with the clauses of a topic."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from judging.demo.chance import chance
from judging.demo.choosing import DemoInnovation
from judging.demo.script import Frame, Indicator, Prose, Topic, load_prose

OPTIONAL = "?"
LEAD = "@"


@dataclass(frozen=True, kw_only=True)
class Sentence:
    paragraph: int
    text: str
    optional: bool

    @property
    def words(self) -> int:
        return len(self.text.split())


def proposal(seed: object, innovation: DemoInnovation, question_code: str) -> str:
    """The answer to one question of the KIPP 2022 form: paragraphs separated by an empty line."""
    prose = load_prose()
    frame = prose.frames[question_code]
    rng = chance(seed, "text", innovation.text_key, question_code)
    writer = Writer(prose, innovation, rng, facts(seed, innovation, prose))
    sentences = _shortened(writer.sentences(frame), frame, rng)
    paragraphs: dict[int, list[str]] = {}
    for sentence in sentences:
        paragraphs.setdefault(sentence.paragraph, []).append(sentence.text)
    return "\n\n".join(" ".join(texts) for texts in paragraphs.values())


def facts(seed: object, innovation: DemoInnovation, prose: Prose) -> dict[str, str]:
    """What is the same in every answer of one proposal, its numbers above all."""
    topic = prose.topics[innovation.topic]
    kind = prose.kinds[innovation.unit_kind]
    rng = chance(seed, "facts", innovation.text_key)
    return {
        **topic.facts,
        **{key: value for key, value in kind.items() if isinstance(value, str)},
        "sites": rng.choice(kind["sites"]),
        "name": innovation.short_name,
        "expansion": innovation.expansion,
        "unit": innovation.unit_name,
        "months": str(innovation.implemented_months),
        "trial": str(innovation.trialled_months - innovation.implemented_months),
        "team": str(rng.randint(5, 14)),
        "surveyed": str(rng.randint(40, 180)),
        "satisfied": str(rng.randint(84, 97)),
        "reach": grouped(rng.randint(*topic.reach)),
        "budget": f"Rp{grouped(rng.randint(12, 96) * 500_000)}",
        "goals": listed(prose.goals[goal] for goal in topic.tpb),
    }


def grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def listed(parts: Iterable[str]) -> str:
    *most, last = parts
    return f"{', '.join(most)} dan {last}" if most else last


class Writer:
    """Fills the slots of one answer; no clause and, while they last, no lead comes twice."""

    def __init__(self, prose: Prose, innovation: DemoInnovation, rng: Random, words: dict[str, str]) -> None:
        self.prose = prose
        self.innovation = innovation
        self.topic: Topic = prose.topics[innovation.topic]
        self.rng = rng
        self.words = words
        self.indicators = self._numbered_indicators()
        self.baselines = list(self.indicators)
        self.decks = {name: self._deck(name, clauses) for name, clauses in self.topic.clauses.items()}
        self.risks = rng.sample(self.topic.risks, len(self.topic.risks))
        self.lead_decks: dict[str, list[str]] = {}

    def sentences(self, frame: Frame) -> list[Sentence]:
        return [self._sentence(number, slot) for number, paragraph in enumerate(frame.paragraphs) for slot in paragraph]

    def _sentence(self, paragraph: int, slot: tuple[str, ...]) -> Sentence:
        optional = slot[0] == OPTIONAL
        variant = self.rng.choice(slot[1:] if optional else slot)
        if variant.startswith(LEAD):
            variant = self._lead(variant.removeprefix(LEAD))
        text = self.fill(variant)
        return Sentence(paragraph=paragraph, text=f"{text[0].upper()}{text[1:]}.", optional=optional)

    def fill(self, frame: str) -> str:
        filled = frame.format_map(Clauses(self))
        target = self.words["target"]
        # "wajib pajak, terutama yang menunggak" is an insertion: in mid-sentence it closes with a comma too.
        return filled.replace(f"{target} ", f"{target}, ") if ", terutama " in target else filled

    def clause(self, name: str) -> str:
        """The next clause under that name; the names are those of frames.toml."""
        if name in self.words:
            return self.words[name]
        if name == "best":
            return self._measured(self.indicators[0], with_months=False)
        if name == "indicator":
            return self._measured(self.indicators.pop(1), with_months=True)
        if name == "baseline":
            return self._baseline(self.baselines.pop(0))
        if name == "risk":
            risk, self.words["answer"] = self.risks.pop()
            return risk
        return self.fill(self.decks[name].pop(0))

    def _lead(self, name: str) -> str:
        pool = self.prose.leads[f"fit_{self.innovation.category_code}" if name == "fit" else name]
        deck = self.lead_decks.setdefault(name, [])
        if not deck:
            deck.extend(self.rng.sample(pool, len(pool)))
        return deck.pop()

    def _measured(self, numbered: tuple[Indicator, int, int], *, with_months: bool) -> str:
        indicator, before, after = numbered
        pool = self.prose.leads["indicator_down" if indicator.falls else "indicator_up"]
        variant = self.rng.choice([variant for variant in pool if with_months or "{months}" not in variant])
        return variant.format_map(
            self.words
            | {
                "label": indicator.label,
                "measure": indicator.measure,
                "from": grouped(before),
                "to": grouped(after),
            }
        )

    @staticmethod
    def _baseline(numbered: tuple[Indicator, int, int]) -> str:
        indicator, before, _ = numbered
        return f"{indicator.label} tercatat {grouped(before)} {indicator.measure}"

    def _numbered_indicators(self) -> list[tuple[Indicator, int, int]]:
        # Drawn from what the words were drawn from, not from the question: all answers tell the same numbers.
        rng = chance("indicators", self.innovation.text_key, self.words["budget"], self.words["surveyed"])
        numbered = [(part, rng.randint(*part.before), rng.randint(*part.after)) for part in self.topic.indicators]
        return rng.sample(numbered, len(numbered))

    def _deck(self, name: str, clauses: tuple[str, ...]) -> list[str]:
        if name == "step":
            # Steps keep their order and the first is always told; one of the others is left out.
            later = sorted(self.rng.sample(range(1, len(clauses)), len(clauses) - 2))
            return [clauses[number] for number in (0, *later)]
        # Nobody is a partner of its own: "dinas sosial" is left out for Dinas Sosial.
        itself = self.innovation.unit_name.casefold()
        others = [clause for clause in clauses if not clause.casefold().startswith(itself)]
        return self.rng.sample(others, len(others))


class Clauses(dict[str, str]):
    """Lets str.format_map ask the writer for each clause as it meets it."""

    def __init__(self, writer: Writer) -> None:
        super().__init__()
        self.writer = writer

    def __missing__(self, name: str) -> str:
        return self.writer.clause(name)


def _shortened(sentences: list[Sentence], frame: Frame, rng: Random) -> list[Sentence]:
    """Leaves out optional sentences, in a random order, towards a length that is drawn between the frame's bounds."""
    kept = list(sentences)
    words = sum(sentence.words for sentence in kept)
    target = rng.randint(frame.low, frame.high)
    for sentence in rng.sample(kept, len(kept)):
        if sentence.optional and words > target and words - sentence.words >= frame.low:
            kept.remove(sentence)
            words -= sentence.words
    return kept
