"""The statistics of a screening: a page, its pictures as files, a workbook; for the committee alone."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from competitions.models import Edition
from competitions.queries import running_editions
from entries.announcements import is_announced
from entries.screening_statistics import statistics_of
from entries.screening_tables import sheets_of, tables_of
from entries.views.desk_frame import desk_edition, page
from kiks import clock
from kiks.formats import indonesian_datetime
from kiks.pictures import SVG_TYPE, svg_file
from kiks.serving import download
from kiks.sheets.cells import XLSX_TYPE, write_book

TITLE = "Statistik seleksi administrasi"
SECRET = "Belum diumumkan, hanya untuk panitia."  # noqa: S105 - a sentence, no password


def statistics(request: HttpRequest) -> HttpResponse:
    """What came in and what became of it, by group, beside earlier editions; `edisi` as everywhere at the desk."""
    edition = desk_edition(request)
    if edition is None:
        return page(request, "screening_closed.html", title=TITLE)
    now, found = clock.now(), statistics_of(edition)
    tables = tables_of(found)
    return page(
        request,
        "statistics.html",
        title=TITLE,
        edition=edition,
        others=running_editions().exclude(pk=edition.pk),
        chosen_code=request.GET.get("edisi"),
        now=now,
        is_secret=not is_announced(edition, now),
        whole=found.whole,
        disqualified=found.disqualified,
        # Beside each other where there is room: the long ones, and all that is shorter.
        columns=[tables[:2], tables[2:]],
    )


def picture(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """One picture as an SVG file."""
    edition = _edition(code)
    plots = {table.code: table.plot for table in tables_of(statistics_of(edition))}
    plot = plots.get(name)
    if plot is None:
        raise Http404
    return download(svg_file(plot, note=_note(edition)), f"{_stem(edition)}-{name}.svg", content_type=SVG_TYPE)


def workbook(request: HttpRequest, code: str) -> HttpResponse:
    """All tables, a sheet each."""
    edition = _edition(code)
    sheets = sheets_of(statistics_of(edition), indonesian_datetime(clock.now()), _note(edition))
    content = write_book(f"{TITLE} {edition.name}", sheets)
    return download(content, f"{_stem(edition)}.xlsx", content_type=XLSX_TYPE)


def _edition(code: str) -> Edition:
    return get_object_or_404(running_editions(), code=code)


def _stem(edition: Edition) -> str:
    return f"statistik-seleksi-{edition.code}"


def _note(edition: Edition) -> str:
    """What a file says that leaves the house before its time."""
    return "" if is_announced(edition, clock.now()) else SECRET
