"""Before the announcement nobody outside the committee learns an outcome, by no address and by no refusal.

Two worlds that differ in one hidden outcome answer alike, byte for byte, to everybody; the addresses come from the
resolver, so that a new one is covered as soon as it exists.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from competitions.models import StageKind
from entries.actions.answers import save_answer
from entries.actions.proposals import propose_rejection
from entries.actions.reopening import reopen_screening
from entries.actions.screening import ItemDecision, reject_overdue
from entries.actions.submission import open_revision
from entries.models import Entry
from entries.queries import answer_of
from entries.states import EntryStatus, ScreeningOutcome
from kiks import clock
from kiks.models import OutgoingMail
from tests.factories.announcements import announced
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, make_unit, member_of, screen
from tests.factories.people import client_of, make_committee_user
from tests.test_access import ALL, World

pytestmark = pytest.mark.long

OUTSIDE = sorted(name for name in ALL if not name.startswith("admin:"))
VERSIONED = ("entries:selection_version", "entries:selection_paper", "entries:selection_data")
# Differs from one visit to the next by itself.
RANDOM = re.compile(
    rb'name="csrfmiddlewaretoken" value="[^"]+"|"csrfToken": "[^"]+"|"nonce-[^"]+"|nonce="[^"]+"|sessionid=[^;]+'
)
# What a person did and when, and the sessions: the tests' own visits.
OWN_VISITS = {"my_data", "my_account", "end_session", "workplace"}

type Pages = dict[tuple[str, str, str], tuple[int, str, bytes]]


class Secret(World):
    """An entry of one unit in an edition of its own; `owner` acts for it, `other_unit` for one of the same agency."""

    def __init__(self) -> None:
        super().__init__()
        self.edition = make_edition(StageKind.SUBMISSION)
        self.unit = make_unit()
        self.entry = entry_at(EntryStatus.SUBMITTED, edition=self.edition, unit=self.unit)
        self.clients["owner"] = client_of(member_of(self.unit))
        self.clients["other_unit"] = client_of(member_of(make_unit(agency=self.unit.agency)))
        self.officers = [make_committee_user("Petugas Satu"), make_committee_user("Petugas Dua")]

    def fresh(self) -> Entry:
        return Entry.objects.get(pk=self.entry.pk)

    def address(self, name: str) -> str:
        if name in ("entries:selection", "competitions:calendar"):
            return reverse(name, args=[self.edition.code])
        if name in VERSIONED:
            return reverse(name, args=[self.edition.code, 1])
        if name == "entries:start":
            return reverse(name, args=[self.unit.pk])
        return super().address(name)

    def decide(self, outcome: ScreeningOutcome) -> None:
        screen(self.fresh(), outcome, by=self.officers[0])

    def reopen(self, outcome: ScreeningOutcome) -> None:
        self.decide(outcome)
        reopen_screening(self.fresh(), by=self.officers[1], reason="Diperiksa sekali lagi.")

    def propose(self) -> None:
        """A rejection that waits for its second person."""
        entry = self.fresh()
        items = [ItemDecision(item=item, passed=False, reason="Kurang.") for item in entry.edition.checklist.all()]
        self.edition.rejection_needs_second = True
        self.edition.save()
        propose_rejection(entry, by=self.officers[0], items=items, expected_attempt=1)


OUTCOMES: dict[str, Callable[[Secret], None]] = {
    "passed": lambda world: world.decide(ScreeningOutcome.PASSED),
    "rejected": lambda world: world.decide(ScreeningOutcome.REJECTED),
    "proposed for rejection": lambda world: world.propose(),
    "passed and reopened": lambda world: world.reopen(ScreeningOutcome.PASSED),
    "rejected and reopened": lambda world: world.reopen(ScreeningOutcome.REJECTED),
}


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def answered(client: Client, method: str, address: str) -> tuple[int, str, bytes]:
    data = {"text": "Keliru.", "statement": "on"} if method == "post" else {}
    with undone():
        response = getattr(client, method)(address, data, follow=method == "post")
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return response.status_code, response.headers.get("Location", ""), RANDOM.sub(b"", body)


def pages_of(world: Secret) -> Pages:
    """Everything that everybody but the committee gets; of the entry's own pages also what they answer to a POST."""
    found: Pages = {}
    for name in OUTSIDE:
        if name in OWN_VISITS:
            continue
        address = world.address(name)
        for role, client in world.clients.items():
            if role == "committee":
                continue
            found[name, role, "get"] = answered(client, "get", address)
            if role == "owner" and f"/usulan/{world.entry.pk}/" in address:
                found[name, role, "post"] = answered(client, "post", address)
    return found


def differing(one: Pages, other: Pages) -> set[tuple[str, str, str]]:
    return {key for key in one if one[key] != other[key]}


def hidden_pages(world: Secret, outcome: Callable[[Secret], None]) -> tuple[Pages, list[str]]:
    """The pages of the world in which `outcome` was decided, and the mails that are due in it."""
    with undone():
        outcome(world)
        return pages_of(world), list(OutgoingMail.objects.order_by("pk").values_list("subject", flat=True))


@pytest.fixture
def world(db, monkeypatch) -> Secret:
    """Papers and archives are compared by what they would say: a file holds the second in which it was made."""
    monkeypatch.setattr("entries.views.dossier.dossier_docx", lambda dossier: repr(dossier).encode())
    monkeypatch.setattr("entries.views.dossier.dossier_zip", lambda dossier: iter([repr(dossier).encode()]))
    for module in ("entries.documents", "entries.dossier_files"):
        monkeypatch.setattr(f"{module}.render_pdf", lambda template, context: repr(context).encode())
    return Secret()


def at(monkeypatch, moment) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


def after_closing(world: Secret):
    return world.edition.stages.get(kind=StageKind.SUBMISSION).closes_at + timedelta(days=1)


def unsent(world: Secret) -> None:
    """A revision that the unit opened and forgot."""
    owner, question = member_of(world.unit), world.edition.questions.get(code="dampak")
    open_revision(world.entry, by=owner)
    version = answer_of(world.entry, question).version
    save_answer(world.fresh(), by=owner, question=question, text="Tidak terkirim.", version=version)


@pytest.mark.parametrize("prepare", [lambda world: None, unsent], ids=["plain", "with a revision left open"])
def test_no_outcome_shows_after_the_closing(world, monkeypatch, prepare):
    prepare(world)
    at(monkeypatch, after_closing(world))
    waiting, mails = hidden_pages(world, lambda world: None)
    for name, outcome in OUTCOMES.items():
        pages, written = hidden_pages(world, outcome)
        assert (name, differing(waiting, pages), written) == (name, set(), mails)


def test_no_outcome_shows_while_the_unit_may_still_change_its_entry(world, monkeypatch):
    at(monkeypatch, clock.now())
    waiting, mails = hidden_pages(world, lambda world: None)
    for name, outcome in OUTCOMES.items():
        pages, written = hidden_pages(world, outcome)
        assert (name, differing(waiting, pages), written) == (name, set(), mails)


def test_a_correction_that_never_came_stays_returned_until_the_announcement(world, monkeypatch):
    screen(world.entry, ScreeningOutcome.RETURNED, by=world.officers[0])
    at(monkeypatch, after_closing(world))
    waiting, mails = hidden_pages(world, lambda world: None)
    overdue = lambda world: reject_overdue(world.fresh(), by=world.officers[1])  # noqa: E731

    def taken_up(world: Secret) -> None:
        overdue(world)
        reopen_screening(world.fresh(), by=world.officers[0], reason="Diperiksa sekali lagi.")

    for outcome in (overdue, taken_up):
        pages, written = hidden_pages(world, outcome)
        assert (differing(waiting, pages), written) == (set(), mails)


def issued(outcome: str, moment) -> Callable[[Secret], None]:
    def decide(world: Secret) -> None:
        OUTCOMES[outcome](world)
        announced(world.edition, at=moment)

    return decide


def test_an_announcement_that_waits_for_its_moment_shows_nothing_and_then_everything(world, monkeypatch):
    moment = after_closing(world)
    at(monkeypatch, moment - timedelta(seconds=1))
    waiting, _ = hidden_pages(world, lambda world: None)
    for outcome in ("passed", "rejected"):
        pages, _ = hidden_pages(world, issued(outcome, moment))
        assert (outcome, differing(waiting, pages)) == (outcome, set())
    at(monkeypatch, moment)
    passed, _ = hidden_pages(world, issued("passed", moment))
    rejected, _ = hidden_pages(world, issued("rejected", moment))
    told = differing(passed, rejected)
    assert {("entries:index", "owner", "get"), ("entries:detail", "owner", "get")} <= told
    assert ("entries:objection", "owner", "get") in told
