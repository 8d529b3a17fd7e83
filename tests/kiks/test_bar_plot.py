"""Pictures of counts: where the bars stand, what is said beside them, and the file that leaves the house."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kiks.bar_plot import BAR, BAR_ROOM, LABEL_LETTERS, LINE, THINNEST, TONES, WIDTH, Row, Value, plot_of
from kiks.pictures import svg_file

ROOT = Path(__file__).resolve().parent.parent.parent
SVG = "{http://www.w3.org/2000/svg}"


def row(label: str, passed: int, failed: int) -> Row:
    values = (Value("accent", "lolos", passed), Value("danger", "tidak lolos", failed))
    return Row(label, values, f"{passed} dari {passed + failed} lolos")


def bars(plot) -> list[tuple[str, float, float]]:
    return [(bar.tone, bar.x, bar.width) for bar in plot.bars]


def texts(plot, kind: str) -> list[str]:
    return [text.text for text in plot.texts if text.kind == kind]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], []),
        ([row("Satu", 0, 0)], []),
        ([row("Satu", 1, 0)], [("accent", 0, 330)]),
        ([row("Satu", 2, 1)], [("accent", 0, 220), ("danger", 220, 110)]),
        # The longest row is as long as there is room, the others in proportion.
        ([row("Satu", 6, 4), row("Dua", 5, 0)], [("accent", 0, 198), ("danger", 198, 132), ("accent", 0, 165)]),
        # A single one beside very many is still seen.
        ([row("Satu", 9999, 0), row("Dua", 1, 0)], [("accent", 0, 330), ("accent", 0, THINNEST)]),
    ],
    ids=["no rows", "nothing", "one", "two kinds", "two rows", "one of thousands"],
)
def test_bars_are_as_long_as_their_counts(rows, expected):
    assert bars(plot_of("Judul", rows)) == expected


def test_every_row_has_its_label_above_its_bar_and_its_text_behind_it():
    plot = plot_of("Judul", [row("Dinas Kesehatan", 3, 1), row("Dinas Sosial", 0, 0)])
    assert texts(plot, "label") == ["Dinas Kesehatan", "Dinas Sosial"]
    assert texts(plot, "value") == ["3 dari 4 lolos", "0 dari 0 lolos"]
    behind = [text for text in plot.texts if text.kind == "value"]
    assert [text.x for text in behind] == [BAR_ROOM + 8, 0]
    label, bar = plot.texts[0], plot.bars[0]
    assert label.y < bar.y
    assert bar.y + BAR < plot.height


def test_rows_never_touch():
    plot = plot_of("Judul", [row(f"Unit {number}", number, 2) for number in range(1, 30)])
    tops = sorted({bar.y for bar in plot.bars})
    assert all(lower - upper >= BAR + LINE for upper, lower in zip(tops, tops[1:], strict=False))


def test_a_number_stands_in_its_bar_where_there_is_room():
    plot = plot_of("Judul", [row("Satu", 1, 99)])
    assert [(text.text, text.tone) for text in plot.texts if text.kind == "inside"] == [("99", "danger")]
    assert [bar.title for bar in plot.bars] == ["Satu, lolos: 1", "Satu, tidak lolos: 99"]


def test_long_names_go_on_in_the_next_line():
    name = "Dinas Pengendalian Penduduk, Keluarga Berencana, Pemberdayaan Perempuan dan Perlindungan Anak"
    plot = plot_of("Judul", [row(name, 1, 0), row("X" * 120, 1, 0)])
    lines = texts(plot, "label")
    assert " ".join(lines[:2]) == name
    assert "".join(lines[2:]) == "X" * 120
    assert max(map(len, lines)) <= LABEL_LETTERS
    assert [bar.y - plot.bars[0].y for bar in plot.bars[1:]] == [BAR + 14 + 3 * LINE]


def test_lanes_say_what_nobody_knows():
    years = [
        Row("2023", (Value("muted", "diterima", None, "tidak tercatat"), Value("accent", "lolos", 124, "lolos"))),
        Row("2024", (Value("muted", "diterima", 50, "diterima"), Value("accent", "lolos", 0))),
    ]
    plot = plot_of("Judul", years, stacked=False)
    assert bars(plot) == [("accent", 0, 330), ("muted", 0, 133.1)]
    assert texts(plot, "unknown") == ["diterima: tidak tercatat"]
    assert texts(plot, "value") == ["124, lolos", "50, diterima", "0"]
    assert len({text.y for text in plot.texts}) == 6


def test_keys_name_the_tones_that_are_seen_in_one_order_and_stay_inside():
    names = [("accent", "lolos"), ("danger", "tidak lolos"), ("warn", "sedang diperbaiki"), ("muted", "ditarik" * 4)]
    counts = [[0, 0, 1, 1], [1, 1, 0, 1]]
    rows = [
        Row("Satu", tuple(Value(tone, name, count) for (tone, name), count in zip(names, each, strict=True)))
        for each in counts
    ]
    plot = plot_of("Judul", rows)
    assert [key.name for key in plot.keys] == [name for _, name in names]
    assert {key.y for key in plot.keys} == {0, LINE}
    assert all(key.x < WIDTH for key in plot.keys)
    assert min(text.y for text in plot.texts) > max(key.y for key in plot.keys)
    assert [key.tone for key in plot_of("Judul", [row("Satu", 1, 0)]).keys] == ["accent"]


def test_a_file_is_the_same_for_the_same_counts_and_can_be_read():
    hostile = "Unit <b>\"A\" & 'B'</b>\x0b"
    plots = [plot_of("Judul & lain", [row(hostile, 1200, 34)]) for _ in range(2)]
    first, second = (svg_file(plot, note="Belum diumumkan.") for plot in plots)
    assert first == second
    root = ElementTree.fromstring(first)  # noqa: S314 - our own file
    assert root.tag == f"{SVG}svg"
    assert root.find(f"{SVG}title").text == "Judul & lain"
    said = [text.text for text in root.iter(f"{SVG}text")]
    assert said[:2] == ["Judul & lain", "Belum diumumkan."]
    assert hostile.strip("\x0b") in said
    # Numbers of the drawing have points, whatever the language of the site.
    assert re.fullmatch(r"-16 -52 512 [\d.]+", root.attrib["viewBox"])
    assert {bar.attrib["width"] for bar in root.iter(f"{SVG}rect")} >= {"320.9", "9.1"}
    assert "Belum diumumkan." not in svg_file(plots[0]).decode()


def test_everything_of_a_file_stands_inside_its_edges():
    plot = plot_of("Judul yang panjang " * 9, [row(f"Unit {number}", number, 1) for number in range(40)])
    box = plot.alone
    ys = [text.y for text in (*plot.heading, *plot.texts)] + [box.note_y]
    assert box.y < min(ys)
    assert max(ys) < box.y + box.height
    assert plot.heading[-1].y < 0


def test_files_have_the_colours_of_the_light_tokens():
    css = (ROOT / "static/css/tokens.css").read_text().split("@media")[0]
    tokens = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", css))
    assert {tone: colours.fill for tone, colours in TONES.items()} == {tone: tokens[tone] for tone in TONES}
    assert {colours.inside for colours in TONES.values()} == {tokens["paper"], tokens["ink"]}
    assert {colours.edge for colours in TONES.values()} == {tokens["surface"], tokens["edge"]}
    drawn = (ROOT / "templates/components/bar_plot.svg").read_text()
    assert set(re.findall(r"#[0-9a-f]{6}", drawn)) <= set(tokens.values())
    page = (ROOT / "static/css/bar-plot.css").read_text()
    assert set(re.findall(r"\.plot-bar\.is-([a-z]+)", page)) == set(TONES)
