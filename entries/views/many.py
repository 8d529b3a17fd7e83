"""Many clear entries pass in parts: a preview that says what the machine found of each, then what became of each."""

import re
from collections.abc import Iterable

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from competitions.models import Edition
from entries.actions.comparing import compare_entries
from entries.actions.many import Chosen, Passing, pass_many
from entries.clear_cases import cases, human_items
from entries.decision_forms import ChosenForm, PassManyForm
from entries.models import Entry
from entries.queue_forms import QueueFilterForm
from entries.views.desk_frame import desk_edition, page, with_edition
from kiks.exceptions import RuleBrokenError

TITLE = "Loloskan beberapa usulan"
CASE = re.compile(r"(\d{1,9})\.(\d{1,4})\.(\d{1,4})")
# As many as one request decides in two or three seconds, so that the officer sees the work advance.
PART = 25
SALT = "entries.screen_many"


def screen_many(request: HttpRequest) -> HttpResponse:
    """The queue sends `entry`, once for each chosen one, by GET or POST, with its filters beside.

    `edisi` in the address names the edition, as in the queue. The preview changes nothing; its form comes back with
    `confirmed` and the cases as it showed them.
    """
    edition = desk_edition(request)
    if edition is None:
        return page(request, "screening_closed.html", title=TITLE)
    if "confirmed" not in request.POST:
        return preview(request, edition, _chosen(request))
    keys = request.POST.getlist("case")
    form = PassManyForm(request.POST, items=human_items(edition), cases=keys)
    entries = _entries(edition, [pk for pk, _, _ in _shown(keys)])
    if not form.is_valid():
        return preview(request, edition, list(entries), form)
    try:
        done = pass_many(edition, _as_shown(entries, keys[:PART]), by=request.user, stated=form.stated)
    except RuleBrokenError as error:
        form.add_error(None, list(error.sentences))
        return preview(request, edition, list(entries), form)
    done = [*_read(edition, form.cleaned_data["so_far"]), *done]
    return onward(request, edition, done, keys[PART:]) if keys[PART:] else result(request, edition, done)


def _chosen(request: HttpRequest) -> list[int]:
    form = ChosenForm(request.POST if request.method == "POST" else request.GET)
    return form.cleaned_data["entry"] if form.is_valid() else []


def _entries(edition: Edition, wanted: Iterable[int]) -> dict[int, Entry]:
    return Entry.objects.filter(edition=edition).select_related("innovation").in_bulk(wanted)


def _shown(keys: list[str]) -> list[tuple[int, int, int]]:
    """Entry, attempt and version of each case; what was not written by the preview names nothing."""
    parts = [CASE.fullmatch(key) for key in keys]
    return [(int(part[1]), int(part[2]), int(part[3])) for part in parts if part]


def _as_shown(entries: dict[int, Entry], keys: list[str]) -> list[Chosen]:
    return [Chosen(entries[pk], attempt, version) for pk, attempt, version in _shown(keys) if pk in entries]


def _written(done: list[Passing]) -> str:
    """What became of each entry so far, for the form of the next part; signed, so that nobody else writes it."""
    return signing.dumps([(row.entry.pk, row.refusal) for row in done], salt=SALT, compress=True)


def _read(edition: Edition, so_far: str) -> list[Passing]:
    try:
        rows = signing.loads(so_far, salt=SALT)
    except signing.BadSignature:
        return []
    entries = _entries(edition, [pk for pk, _ in rows])
    return [Passing(entries[pk], refusal) for pk, refusal in rows if pk in entries]


def _queue_url(request: HttpRequest, edition: Edition) -> str:
    filters = QueueFilterForm(request.GET, edition=edition, user=request.user)
    return with_edition(reverse("admin:entries_screening"), request, filters.query)


def preview(
    request: HttpRequest, edition: Edition, chosen: list[int], form: PassManyForm | None = None
) -> HttpResponse:
    compare_entries(Entry.objects.filter(edition=edition, pk__in=chosen))
    found = cases(edition, request.user, chosen)
    clear = [case for case in found if case.is_clear]
    if form is None:
        form = PassManyForm(items=human_items(edition), cases=[case.key for case in clear])
    form.helper.cancel_url = _queue_url(request, edition)
    return page(
        request,
        "screen_many.html",
        title=TITLE,
        edition=edition,
        is_nothing_chosen=not chosen,
        clear=clear,
        left_out=[case for case in found if not case.is_clear],
        form=form if clear else None,
        queue_url=form.helper.cancel_url,
    )


def onward(request: HttpRequest, edition: Edition, done: list[Passing], rest: list[str]) -> HttpResponse:
    """Where the work stands; the form goes on by itself, or by its button."""
    return page(
        request,
        "screening_many_onward.html",
        title=TITLE,
        edition=edition,
        form=PassManyForm(items=human_items(edition), cases=rest, so_far=_written(done)),
        refused=[row for row in done if row.refusal],
        done=len(done),
        total=len(done) + len(rest),
        queue_url=_queue_url(request, edition),
    )


def result(request: HttpRequest, edition: Edition, done: list[Passing]) -> HttpResponse:
    return page(
        request,
        "screened_many.html",
        title=TITLE,
        edition=edition,
        passed=[row for row in done if not row.refusal],
        refused=[row for row in done if row.refusal],
        queue_url=_queue_url(request, edition),
    )
