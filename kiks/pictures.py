"""Pictures as files: what a page draws inline, with its title and its colours, for a letter or a slide."""

from django.template.loader import render_to_string

from kiks.bar_plot import BarPlot
from kiks.sheets.cells import UNREADABLE

SVG_TYPE = "image/svg+xml"


def svg_file(plot: BarPlot, *, note: str = "") -> bytes:
    """The same bytes for the same counts; `note` stands below the title."""
    drawn = render_to_string("components/bar_plot.svg", {"plot": plot, "is_alone": True, "note": note})
    # A sign that XML knows no place for would make the whole file unreadable.
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{UNREADABLE.sub("", drawn).strip()}\n'.encode()
