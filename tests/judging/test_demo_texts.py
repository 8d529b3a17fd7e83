"""The made-up edition: complete, believable in length and variety, and the same on every machine."""

import re
import tomllib
from collections import Counter
from itertools import combinations
from pathlib import Path
from statistics import mean

import pytest

from competitions.checklist import MachineRule
from entries.likeness import LIKELY, likeness
from judging.demo import texts
from judging.demo.chance import chance
from judging.demo.script import FIXTURES, load_prose

# Words: the least that reads as an answer, and the limit of the KIPP 2022 form.
LENGTHS = {
    "ringkasan": (120, 200),
    "ide-inovatif": (350, 600),
    "signifikansi": (350, 600),
    "kontribusi-tpb": (100, 200),
    "adaptabilitas": (200, 400),
    "keberlanjutan": (300, 600),
    "kolaborasi": (100, 200),
}
SEED = texts.load().seed
MOST_SHARED = 0.6


def refs() -> list[texts.UnitRef]:
    rows = {row["code"]: row for row in tomllib.loads((FIXTURES / "units.toml").read_text(encoding="utf-8"))["unit"]}
    return [
        texts.UnitRef(code=unit.code, kind=rows[unit.code]["kind"], name=rows[unit.code]["name"])
        for unit in texts.load().units
    ]


@pytest.fixture(scope="module")
def innovations() -> list[texts.DemoInnovation]:
    return texts.innovations(SEED, refs())


@pytest.fixture(scope="module")
def written(innovations) -> list[dict[str, str]]:
    return [{code: texts.proposal(SEED, innovation, code) for code in LENGTHS} for innovation in innovations]


def flawed(innovations, flaw: texts.Flaw) -> list[texts.DemoInnovation]:
    return [innovation for innovation in innovations if innovation.flaw is flaw]


def sentences(innovation: texts.DemoInnovation, answers: dict[str, str]) -> set[str]:
    """The sentences without what only names the innovation and its unit, and without numbers."""
    text = " ".join(answers.values())
    for part in (innovation.expansion, innovation.short_name, innovation.unit_name):
        text = text.replace(part, "")
    return {re.sub(r"\d+", "", sentence).strip() for sentence in re.split(r"(?<=\.)\s+", text)}


def shared(one: set[str], other: set[str]) -> float:
    return len(one & other) / min(len(one), len(other))


class TestInnovations:
    def test_136_from_49_units(self, innovations):
        assert (len(innovations), len({part.unit_code for part in innovations})) == (texts.load().entries, 49)

    def test_come_in_the_order_of_their_index(self, innovations):
        assert [innovation.index for innovation in innovations] == list(range(136))

    def test_names_are_unique(self, innovations):
        assert len({part.short_name for part in innovations}) == len({part.expansion for part in innovations}) == 136

    def test_no_unit_enters_one_topic_twice(self, innovations):
        counts = Counter((innovation.unit_code, innovation.topic) for innovation in innovations)
        assert set(counts.values()) == {1}

    def test_cover_at_least_35_topics_and_all_categories(self, innovations):
        assert len({innovation.topic for innovation in innovations}) >= 35
        categories = {category.code for category in texts.load().current.categories}
        assert {innovation.category_code for innovation in innovations} == categories

    def test_have_a_transformation_of_the_edition(self, innovations):
        known = {part.code for part in texts.load().current.transformations}
        assert {innovation.transformation_code for innovation in innovations} <= known

    def test_dates_are_in_order(self, innovations):
        assert all(0 < part.implemented_months < part.trialled_months < part.initiated_months for part in innovations)

    def test_a_unit_without_topics_left_is_an_error(self):
        stranger = texts.UnitRef(code="puskesmas-tipar", kind="bumd", name="Contoh")
        with pytest.raises(ValueError, match="no topic is left for puskesmas-tipar"):
            texts.innovations(SEED, [stranger])

    def test_bear_no_name_of_the_real_history(self, innovations):
        history = tomllib.loads((FIXTURES / "history.toml").read_text(encoding="utf-8"))
        real = {row["short_name"].casefold() for edition in history["edition"] for row in edition["finalist"]}
        ours = {innovation.short_name.casefold() for innovation in innovations}
        ours |= {part.short_name.casefold() for edition in texts.load().editions for part in edition.finalists}
        assert real
        assert ours.isdisjoint(real)


class TestFlaws:
    def test_twelve_fail_and_124_pass(self, innovations):
        assert Counter(part.flaw for part in innovations) == {
            texts.Flaw.NONE: 124,
            texts.Flaw.UNDER_AGE: 4,
            texts.Flaw.THIRD_PARTICIPATION: 2,
            texts.Flaw.SAME_TEXT_AS: 2,
            texts.Flaw.NO_SK: 2,
            texts.Flaw.VIDEO_MISSING: 2,
        }

    def test_only_the_under_age_are_too_young(self, innovations):
        youngest = texts.load().current.minimum_age_months
        young = [part for part in innovations if part.implemented_months <= youngest]
        assert young == flawed(innovations, texts.Flaw.UNDER_AGE)

    def test_only_the_third_participation_is_over_the_limit(self, innovations):
        limit = texts.load().current.participation_limit
        over = [part for part in innovations if len(part.earlier) >= limit]
        assert over == flawed(innovations, texts.Flaw.THIRD_PARTICIPATION)

    def test_one_third_participation_hides_behind_a_new_name(self, innovations):
        third = flawed(innovations, texts.Flaw.THIRD_PARTICIPATION)
        renamed = [part for part in third if part.short_name not in {old.short_name for old in part.earlier}]
        assert [part.unit_code for part in renamed] == ["puskesmas-tipar"]

    def test_one_name_looks_like_a_renewed_one_and_is_not(self, innovations):
        alike = [
            (one.unit_code, other.unit_code)
            for one, other in combinations(innovations, 2)
            if likeness(one.short_name, one.expansion, other.short_name, other.expansion) >= LIKELY
        ]
        assert alike == [("puskesmas-selabatu", "puskesmas-baros")]

    def test_earlier_participations_are_in_demo_editions(self, innovations):
        codes = {edition.code for edition in texts.load().editions}
        assert {old.edition for part in innovations for old in part.earlier} <= codes
        assert sum(1 for part in innovations if len(part.earlier) == 1) == 14

    def test_copies_come_from_another_unit_and_read_the_same(self, innovations, written):
        for copy in flawed(innovations, texts.Flaw.SAME_TEXT_AS):
            original = innovations[copy.same_text_as]
            assert original.unit_code != copy.unit_code
            one, other = sentences(copy, written[copy.index]), sentences(original, written[original.index])
            assert shared(one, other) > 0.95


class TestProposals:
    @pytest.mark.parametrize("code", LENGTHS)
    def test_keep_to_the_lengths(self, written, code):
        counts = [len(answers[code].split()) for answers in written]
        least, most = LENGTHS[code]
        assert (min(counts) >= least, max(counts) <= most) == (True, True), (min(counts), max(counts))

    def test_lengths_hold_for_another_seed(self):
        for innovation in texts.innovations("another", refs())[::8]:
            for code, (least, most) in LENGTHS.items():
                assert least <= len(texts.proposal("another", innovation, code).split()) <= most, code

    def test_no_two_share_most_of_their_sentences(self, innovations, written):
        said = [sentences(part, answers) for part, answers in zip(innovations, written, strict=True)]
        copies = {(part.same_text_as, part.index) for part in innovations if part.same_text_as is not None}
        alike = {
            (one, other)
            for one, other in combinations(range(len(said)), 2)
            if shared(said[one], said[other]) > MOST_SHARED
        }
        assert alike == {tuple(sorted(pair)) for pair in copies}

    def test_no_sentence_comes_twice_in_one_answer(self, innovations, written):
        for innovation, answers in zip(innovations, written, strict=True):
            for code, answer in answers.items():
                counts = Counter(re.split(r"(?<=\.)\s+", answer.replace(innovation.unit_name, "")))
                assert counts.most_common(1)[0][1] == 1, (code, counts.most_common(1))

    def test_no_placeholder_is_left(self, written):
        assert not [text for answers in written for text in answers.values() if re.search(r"[{}@?]", text)]

    def test_sentences_begin_with_a_capital_and_end_with_a_stop(self, written):
        for answer in (text for answers in written for text in answers.values()):
            for paragraph in answer.split("\n\n"):
                assert paragraph[0].isupper() or paragraph[0].isdigit()
                assert paragraph.endswith(".")
                assert ".." not in paragraph

    def test_tell_the_same_result_in_every_answer(self, innovations, written):
        for innovation, answers in zip(innovations, written, strict=True):
            told = [results(innovation, answers[code]) for code in ("ringkasan", "signifikansi", "kontribusi-tpb")]
            assert set.intersection(*told), innovation.short_name

    def test_no_unit_is_its_own_partner(self, innovations, written):
        for innovation, answers in zip(innovations, written, strict=True):
            assert innovation.unit_name.lower() not in answers["kolaborasi"]

    def test_name_the_innovation_and_the_goals(self, innovations, written):
        for innovation, answers in zip(innovations, written, strict=True):
            assert innovation.short_name in answers["ringkasan"]
            assert all(f"TPB {goal} (" in answers["kontribusi-tpb"] for goal in innovation.tpb)


def results(innovation: texts.DemoInnovation, answer: str) -> set[tuple[str, str, str]]:
    """Which indicators an answer tells, with the lower and the higher of their two numbers."""
    found = set()
    for indicator in load_prose().topics[innovation.topic].indicators:
        for sentence in re.split(r"(?<=\.)\s+", answer):
            told = sentence.partition(indicator.label)
            numbers = re.findall(r"\b\d[\d.]*\b", told[2])
            if told[1] and len(numbers) >= 2:
                low, high = sorted(numbers[:2])
                found.add((indicator.label, low, high))
    return found


class TestDeterminism:
    def test_the_same_seed_gives_the_same_edition(self, innovations, written):
        again = texts.innovations(SEED, refs())
        assert again == innovations
        assert [texts.proposal(SEED, part, "signifikansi") for part in again[:20]] == [
            answers["signifikansi"] for answers in written[:20]
        ]

    def test_chance_is_the_same_everywhere(self):
        # Known from one machine: another Python or processor must come to the same.
        assert chance("a", 1).randint(0, 9999) == 9508
        assert chance("a", 2).sample(range(50), 4) == [2, 0, 19, 35]

    def test_another_seed_gives_another_text(self, innovations):
        assert texts.proposal("another", innovations[5], "kolaborasi") != texts.proposal(
            SEED, innovations[5], "kolaborasi"
        )


CRITERIA = {"ide-inovatif": "kipp-2022", "signifikansi": "kipp-2022", "efektif": "kijb"}


@pytest.fixture(scope="module")
def marks(innovations) -> dict[tuple[str, int, str], int]:
    return {
        (judge.label, part.index, criterion): texts.marks(
            SEED, judge.label, f"{part.index + 1:03}", instrument, criterion, part.quality
        )
        for judge in texts.load().judges
        for part in innovations
        for criterion, instrument in CRITERIA.items()
    }


class TestMarks:
    def test_are_whole_numbers_on_the_scale(self, marks):
        assert all(isinstance(value, int) and 0 <= value <= 100 for value in marks.values())
        assert len(set(marks.values())) > 40

    @pytest.mark.parametrize(("quality", "value"), [(-300, 0), (300, 100)])
    def test_never_leave_the_scale(self, quality, value):
        assert texts.marks(SEED, "J1", "001", "kijb", "efektif", quality) == value

    def test_judges_differ_in_severity(self, marks):
        means = [mean(value for key, value in marks.items() if key[0] == judge.label) for judge in texts.load().judges]
        assert len(set(means)) == 5
        assert max(means) - min(means) > 3

    def test_better_entries_get_better_marks(self, innovations, marks):
        by_quality = [part.index for part in sorted(innovations, key=lambda part: part.quality)]
        low, high = (mean(value for key, value in marks.items() if key[1] in group) for group in halves(by_quality))
        assert high - low > 6

    def test_totals_are_seldom_equal(self, marks):
        weights = {"ide-inovatif": 45, "signifikansi": 30, "efektif": 25}
        totals = Counter()
        for (_, index, criterion), value in marks.items():
            totals[index] += value * weights[criterion]
        assert len(set(totals.values())) >= 120


def halves(indexes: list[int]) -> tuple[set[int], set[int]]:
    middle = len(indexes) // 2
    return set(indexes[:middle]), set(indexes[middle:])


class TestScript:
    def test_units_and_quotas_add_up(self):
        script = texts.load()
        assert (len(script.units), sum(unit.entries for unit in script.units)) == (49, script.entries)
        assert len({unit.contact for unit in script.units}) == 49

    def test_stages_follow_each_other(self):
        stages = {stage.kind: stage for stage in texts.load().current.stages}
        order = ["submission", "screening", "judging", "presentation", "announcement"]
        assert stages["submission"].closes_day == 0
        assert all(stages[one].closes_day <= stages[two].opens_day for one, two in zip(order, order[1:], strict=False))
        assert all(stage.opens_day < stage.closes_day for stage in stages.values())

    def test_finds_an_edition_by_code(self):
        assert texts.load().edition("kiks-2025-contoh").year == 2025

    def test_the_checklist_asks_for_what_the_machine_can_tell(self):
        rules = [item.machine_rule for item in texts.load().checklist if item.machine_rule]
        assert sorted(rules) == sorted(MachineRule.values)

    def test_planted_cases_name_units_and_topics_that_exist(self):
        script, topics = texts.load(), load_prose().topics
        quotas = {unit.code: unit.entries for unit in script.units}
        assert all(record.nth < quotas[record.unit] for record in script.planted)
        assert {record.topic for record in script.planted if record.topic} <= set(topics)

    def test_people_are_reached_at_example_addresses_only(self):
        script = texts.load()
        addresses = [person.email for person in (*script.committee, *script.judges, *script.units)]
        assert all(Path(address).suffix == ".example" for address in addresses)
        assert len(set(addresses)) == len(addresses)

    def test_no_clause_of_a_topic_is_given_twice(self):
        for topic in load_prose().topics.values():
            clauses = [clause for part in topic.clauses.values() for clause in part]
            assert len(set(clauses)) == len(clauses), topic.code
