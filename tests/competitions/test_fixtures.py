"""The real reference data: complete where the facts are complete, silent where they are."""

import tomllib
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
SURENESS = {"S", "V", "V2", "A"}


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((FIXTURES / f"{name}.toml").read_text(encoding="utf-8"))


def instrument(code: str) -> dict[str, Any]:
    return next(row for row in read("instruments")["instrument"] if row["code"] == code)


def edition(year: int) -> dict[str, Any]:
    return next(row for row in read("history")["edition"] if row["year"] == year)


def figures(year: int) -> dict[str, int]:
    return {row["key"]: row["value"] for row in edition(year)["figure"]}


class TestRegions:
    def test_seven_districts_with_33_villages(self):
        districts = read("regions")["district"]
        villages = [village["code"] for district in districts for village in district["villages"]]
        assert (len(districts), len(villages), len(set(villages))) == (7, 33, 33)

    def test_villages_per_district(self):
        counts = {district["name"]: len(district["villages"]) for district in read("regions")["district"]}
        assert counts == {
            "Gunungpuyuh": 4,
            "Cikole": 6,
            "Citamiang": 5,
            "Warudoyong": 5,
            "Baros": 4,
            "Lembursitu": 5,
            "Cibeureum": 4,
        }


class TestAgencies:
    def test_31_agencies_and_two_hospitals(self):
        kinds = Counter(row["kind"] for row in read("agencies")["agency"])
        assert kinds.pop("hospital") == 2
        assert kinds == {
            "secretariat": 2,
            "inspectorate": 1,
            "badan": 5,
            "dinas": 15,
            "satpol_pp": 1,
            "kecamatan": 7,
        }
        assert sum(kinds.values()) == 31

    def test_no_invented_bumd(self):
        kinds = {
            row["kind"] for name in ("agencies", "units") for row in read(name)[name.replace("ies", "y").rstrip("s")]
        }
        assert "bumd" not in kinds

    @pytest.mark.parametrize(
        ("file", "key"), [("agencies", "agency"), ("units", "unit"), ("instruments", "instrument")]
    )
    def test_codes_and_names_are_unique(self, file, key):
        rows = read(file)[key]
        assert len({row["code"] for row in rows}) == len({row["name"] for row in rows}) == len(rows)


class TestUnits:
    def test_15_puskesmas_and_33_kelurahan(self):
        kinds = Counter(row["kind"] for row in read("units")["unit"])
        assert {kind: kinds[kind] for kind in ("puskesmas", "kelurahan", "school", "hospital", "kecamatan")} == {
            "puskesmas": 15,
            "kelurahan": 33,
            "school": 4,
            "hospital": 2,
            "kecamatan": 7,
        }

    def test_every_unit_sits_under_a_known_agency(self):
        agencies = {row["code"] for row in read("agencies")["agency"]}
        assert {row["agency"] for row in read("units")["unit"]} <= agencies

    def test_every_kelurahan_sits_in_its_own_village_and_kecamatan(self):
        home = {
            village["name"]: f"kecamatan-{district['code']}"
            for district in read("regions")["district"]
            for village in district["villages"]
        }
        rows = [row for row in read("units")["unit"] if row["kind"] == "kelurahan"]
        assert {row["village"]: row["agency"] for row in rows} == home

    def test_known_spellings_are_recorded(self):
        spelt = {row["code"]: row.get("other_names", []) for row in read("units")["unit"]}
        assert "Kelurahan Jaya Mekar" in spelt["kelurahan-jayamekar"]
        assert "Kelurahan Gedong Panjang" in spelt["kelurahan-gedongpanjang"]


class TestInstruments:
    def test_weights_add_up_to_100(self):
        totals = {
            row["code"]: sum(Decimal(part["weight"]) for part in row["criterion"])
            for row in read("instruments")["instrument"]
        }
        assert totals == {"kipp-2022": 100, "kipp-2023": 100, "kijb": 100, "presentation": 100}

    def test_kipp_2022_as_published(self):
        rows = [(part["code"], part["word_limit"], part["weight"]) for part in instrument("kipp-2022")["criterion"]]
        assert rows == [
            ("ringkasan", 200, "5"),
            ("ide-inovatif", 600, "20"),
            ("signifikansi", 600, "25"),
            ("kontribusi-tpb", 200, "5"),
            ("adaptabilitas", 400, "20"),
            ("keberlanjutan", 600, "20"),
            ("kolaborasi", 200, "5"),
        ]

    def test_kipp_2023_as_published(self):
        rows = instrument("kipp-2023")["criterion"]
        assert [part["weight"] for part in rows] == ["0", "10", "15", "5", "30", "20", "5", "15"]
        limits = [part["word_limit"] for part in rows]
        assert (limits, sum(limits)) == ([200, 300, 200, 200, 600, 300, 200, 500], 2500)

    def test_every_kipp_criterion_judges_its_own_question(self):
        form = instrument("kipp-2022")
        questions = {row["code"]: row["word_limit"] for row in form["question"]}
        assert sum(questions.values()) == 2800
        assert {row["code"]: row["questions"] for row in form["criterion"]} == {code: [code] for code in questions}

    def test_kijb_is_a_marked_stand_in(self):
        row = instrument("kijb")
        assert (row["sureness"], row["confirmed"]) == ("A", False)
        assert row["source"].startswith("Asumsi")
        assert [part["weight"] for part in row["criterion"]] == ["20"] * 5
        questions = {part["code"] for part in instrument("kipp-2022")["question"]}
        assert {code for part in row["criterion"] for code in part["questions"]} <= questions

    def test_no_instrument_is_confirmed(self):
        assert not [row["code"] for row in read("instruments")["instrument"] if row["confirmed"]]

    def test_levels_cover_the_scale_without_gap(self):
        levels = sorted(read("instruments")["level"], key=lambda row: row["low"])
        assert (levels[0]["low"], levels[-1]["high"]) == (0, 100)
        assert all(low["high"] + 1 == high["low"] for low, high in zip(levels, levels[1:], strict=False))

    def test_shares_add_up_to_100(self):
        blend = read("instruments")["blend"]
        totals = {
            key: sum(Decimal(part["share"]) for part in parts) for key, parts in blend.items() if key != "sureness"
        }
        assert totals == {"desk": 100, "presentation": 100, "final": 100}


class TestHistory:
    def test_four_editions(self):
        assert [row["code"] for row in read("history")["edition"]] == [
            "kiks-2021",
            "kiks-2022",
            "kiks-2023",
            "kiks-2024",
        ]

    def test_reported_figures(self):
        assert figures(2021) == {"units_registered": 28, "entries_received": 65, "finalists": 6}
        assert figures(2022) == {"units_registered": 49, "entries_received": 65, "finalists": 6, "winners": 3}
        assert figures(2023) == {"units_registered": 49, "entries_passed": 124, "finalists": 6}
        assert figures(2024) == {"entries_received": 50, "finalists": 9}

    def test_listed_finalists(self):
        assert {row["year"]: len(row["finalist"]) for row in read("history")["edition"]} == {
            2021: 6,
            2022: 3,
            2023: 6,
            2024: 8,
        }

    def test_positions_only_where_published(self):
        ranked = {
            row["year"]: [part["position"] for part in row["finalist"] if "position" in part]
            for row in read("history")["edition"]
        }
        assert ranked == {2021: [], 2022: [1, 2, 3], 2023: [], 2024: []}

    def test_one_innovation_took_part_twice(self):
        counts = Counter(part["key"] for row in read("history")["edition"] for part in row["finalist"])
        assert {key for key, count in counts.items() if count > 1} == {"keluarga-si-paman"}

    def test_finalists_of_known_units_and_categories(self):
        units = {row["code"] for row in read("units")["unit"]}
        assert {part["unit"] for row in read("history")["edition"] for part in row["finalist"]} <= units
        categories = [row["code"] for row in edition(2024)["category"]]
        assert Counter(part["category"] for part in edition(2024)["finalist"]) == dict(
            zip(categories, [3, 2, 3], strict=True)
        )


def test_every_record_says_how_sure_it_is():
    records = [
        *read("regions")["district"],
        *read("agencies")["agency"],
        *read("units")["unit"],
        *(
            part
            for row in read("instruments")["instrument"]
            for part in (row, *row["criterion"], *row.get("question", []))
        ),
        *(part for row in read("history")["edition"] for part in (row, *row["figure"], *row["finalist"])),
    ]
    assert {record["sureness"] for record in records} == SURENESS
