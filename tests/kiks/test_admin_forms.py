"""Every form is drawn by crispy: whatever can be typed or chosen carries the mark of our field templates."""

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from competitions.models import Edition, Instrument, Stage
from entries.models import Entry, Innovation, Objection, ProposedRejection, ScreeningAnnouncement, TwinVerdict
from entries.states import EntryStatus
from judging.models import Assignment, OfficialRecord, Ranking, Round, ScoreSheet
from kiks.admin_site import site
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, make_unit
from tests.factories.people import client_of, make_user
from tests.factories.publications import judged_edition, publish, without_drawing
from tests.test_access import LIBRARY, TABLE, World

pytestmark = [pytest.mark.django_db, pytest.mark.long]

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
NOT_TYPED = {"hidden", "submit", "button", "image", "reset"}
OBJECTS: dict[str, type[models.Model]] = {
    "round_id": Round,
    "ranking_id": Ranking,
    "record_id": OfficialRecord,
    "edition_id": Edition,
    "instrument_id": Instrument,
    "assignment_id": Assignment,
    "sheet_id": ScoreSheet,
}
BY_NAME: dict[str, type[models.Model]] = {
    "competitions_stage": Stage,
    "entries_announcement": ScreeningAnnouncement,
    "entries_objection": Objection,
    "entries_proposal": ProposedRejection,
    "entries_twins_search": Innovation,
    "entries_twins_undo": TwinVerdict,
}


class Fields(HTMLParser):
    """The fields within <main> that carry no mark."""

    def __init__(self) -> None:
        super().__init__()
        self.path: list[tuple[str, bool]] = []
        self.bare: list[str] = []
        self.seen = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        is_field = tag in ("select", "textarea") or tag == "input" and given.get("type", "text") not in NOT_TYPED
        # What is shown to be copied can be neither typed nor chosen.
        if is_field and any(name == "main" for name, _ in self.path) and "readonly" not in given:
            self.seen += 1
            if "data-crispy" not in given and not any(marked for _, marked in self.path):
                self.bare.append(given.get("name") or given.get("id") or tag)
        if tag not in VOID:
            self.path.append((tag, "data-crispy" in given))

    def handle_endtag(self, tag: str) -> None:
        while self.path and self.path.pop()[0] != tag:
            pass


def bare_fields(html: str) -> tuple[int, list[str]]:
    parser = Fields()
    parser.feed(html)
    return parser.seen, parser.bare


def look_at(client: Client, address: str, found: dict[str, list[str]]) -> int:
    """How many fields the page has; what is bare is put into `found`."""
    response = client.get(address)
    if response.status_code != 200 or "html" not in response.headers["Content-Type"]:
        return 0
    seen, bare = bare_fields(response.text)
    if bare:
        found[address] = bare
    return seen


def test_a_field_without_the_mark_is_found():
    assert bare_fields('<main><div data-crispy><input name="a"></div><input name="b"></main>') == (2, ["b"])
    assert bare_fields('<header><input name="a"></header><main><input type="hidden" name="b"></main>') == (0, [])


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        else:
            yield from patterns(pattern)


def admin_patterns() -> list[URLPattern]:
    [admin] = [
        pattern
        for pattern in get_resolver().url_patterns
        if isinstance(pattern, URLResolver) and pattern.namespace == "admin"
    ]
    return [pattern for pattern in patterns(admin) if pattern.name]


def objects_of(name: str, parameter: str) -> list[object]:
    """Objects that may stand in the address: one of each status, since a page differs with it."""
    if parameter in OBJECTS:
        model = OBJECTS[parameter]
    elif parameter in ("pk", "object_id"):
        model = next((model for prefix, model in BY_NAME.items() if name.startswith(prefix)), None) or next(
            model
            for model in sorted(apps.get_models(), key=lambda model: -len(model._meta.model_name))
            if name.startswith(f"{model._meta.app_label}_{model._meta.model_name}")
        )
    else:
        return [0]
    rows = list(model._default_manager.order_by("pk"))
    kept = {getattr(row, "status", ""): row.pk for row in rows}
    return list(kept.values()) + [row.pk for row in rows[:2]]


def addresses_of(pattern: URLPattern) -> Iterator[str]:
    parameters = list(pattern.pattern.converters)
    if not parameters:
        try:
            yield reverse(f"admin:{pattern.name}")
        except NoReverseMatch:
            return
    elif len(parameters) == 1:
        for value in objects_of(pattern.name, parameters[0]):
            yield reverse(f"admin:{pattern.name}", args=[value])


@pytest.fixture
def lively(monkeypatch) -> World:
    """Something of everything: a published edition, one in the middle of it, entries at every status."""
    without_drawing(monkeypatch)
    publish(judged_edition())
    world = World()
    # Where a round is open the screening is announced, and nothing of it moves any more.
    edition = make_edition()
    for status in EntryStatus:
        if status != EntryStatus.DISQUALIFIED:
            entry_at(status, edition=edition)
    rejected = Entry.objects.filter(status=EntryStatus.REJECTED).first()
    user = make_user()
    Objection.objects.create(entry=rejected, text="Keliru.", raised_at=rejected.submitted_at, raised_by=user)
    make_unit(verified=False)
    return world


def test_every_page_of_the_admin_site(lively):
    client, found, fields = lively.clients["committee"], {}, 0
    for pattern in admin_patterns():
        for address in dict.fromkeys(addresses_of(pattern)):
            fields += look_at(client, address, found)
    assert found == {}
    assert fields > 300


def test_every_registered_model_has_a_list_with_a_crispy_search(lively):
    client = lively.clients["committee"]
    for model, admin in site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        seen, bare = bare_fields(client.get(reverse(name)).text)
        assert bare == []
        assert bool(admin.search_fields) <= (seen > 0)


def test_every_page_of_the_site(lively):
    found, fields = {}, 0
    for name in TABLE:
        address = lively.address(name)
        for client in lively.clients.values():
            fields += look_at(client, address, found)
    assert found == {}
    assert fields > 50


def test_the_pages_on_which_a_unit_writes(db):
    entry = entry_at(EntryStatus.DRAFT)
    client, found, fields = client_of(entry.innovation.unit.members.get().user), {}, 0
    question = entry.edition.questions.first()
    for part in ("identity", "attachments", "video", "submit"):
        fields += look_at(client, reverse(f"entries:{part}", args=[entry.pk]), found)
    fields += look_at(client, reverse("entries:answer", args=[entry.pk, question.code]), found)
    fields += look_at(client, reverse("entries:start", args=[entry.innovation.unit_id]), found)
    fields += look_at(Client(), reverse("entries:registration"), found)
    assert found == {}
    assert fields > 30


def library_names() -> list[str]:
    names = {pattern.name for pattern in patterns(get_resolver()) if pattern.name}
    return sorted(name for name in names if name.startswith(LIBRARY))


def test_every_account_page(db):
    found, fields = {}, 0
    for client in (Client(), client_of(make_user())):
        for name in library_names():
            try:
                address = reverse(name)
            except NoReverseMatch:
                continue
            fields += look_at(client, address, found)
    assert found == {}
    assert fields > 5
