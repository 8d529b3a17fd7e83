"""Two worlds that differ in one hidden thing give everybody who may not know it the same bytes.

Every address that the resolver knows is asked, and its headers with it; apart from the token of a form, cookies and the
clock nothing may differ. What the visibility table lets differ is left out by name, with its reason.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.test.client import MULTIPART_CONTENT
from django.urls import NoReverseMatch, reverse

from judging.actions.panel import recuse
from judging.actions.result import confirm_round
from judging.actions.round import close_round, compute_provisional
from judging.actions.sheet import hand_in_assignment, save_comment, save_marks
from judging.actions.writing import put_criterion_comment, put_private_note
from judging.models import Assignment, ScoreSheet
from judging.reading_order import CHOICES
from kiks import clock
from kiks.models import AuditEvent, CommitteeMember, OutgoingMail
from tests.factories.judging import mark_all
from tests.test_access import STAFF, TABLE, World

pytestmark = pytest.mark.long

# Differs from one visit to the next by itself.
RANDOM = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"|"csrfToken": "[^"]+"|nonce="[^"]+"')
# What a person did and when, and the sessions: the tests' own visits.
OWN_VISITS = {"my_data", "my_account", "end_session", "workplace", "admin:logout", "admin:login"}
# Every other header counts; these hold a token, the nonce of the page, or the clock.
RANDOM_HEADERS = {"Set-Cookie", "Content-Security-Policy", "Expires"}
JSON = "application/json"
OF_AN_ASSIGNMENT = {
    f"judging:{page}" for page in ("sheet", "own_spread", "recuse", "hand_in", "receipts", "check_receipt")
}


type Answer = tuple[int, list[tuple[str, str]], bytes]
type Pages = dict[tuple[str, str], Answer]


class Panel(World):
    """J1 has handed in the first entry and marked the second; J2 has marked both."""

    def __init__(self) -> None:
        super().__init__()
        self.mine = list(self.round.assignments.filter(judge__label="J1").order_by("entry__number"))
        mark_all(self.mine[0])
        hand_in_assignment(self.mine[0], by=self.mine[0].judge.user)
        mark_all(self.mine[1], "70")
        for assignment in self.others:
            mark_all(assignment, "75")

    @property
    def others(self) -> list[Assignment]:
        return list(
            self.round.assignments.filter(judge__label="J2").select_related("judge__user").order_by("entry__number")
        )

    def close(self) -> None:
        for assignment in [self.mine[1], *self.others]:
            hand_in_assignment(assignment, by=assignment.judge.user)
        close_round(self.round, by=self.round.opened_by)
        compute_provisional(self.round, by=self.round.opened_by)

    def confirm(self) -> None:
        self.close()
        confirm_round(self.round, by=self.round.opened_by)


def mark(value: str) -> Callable[[Panel], None]:
    """J2 changes one mark."""

    def change(world: Panel) -> None:
        sheet = world.others[0].sheets.first()
        save_marks(sheet, by=world.others[0].judge.user, values={sheet.instrument.criteria.first().code: value})

    return change


def comment(world: Panel) -> None:
    save_comment(world.others[0].sheets.first().pk, by=world.others[0].judge.user, comment="Perlu bukti dampak.")


def remark(world: Panel) -> None:
    """J2 comments on one criterion."""
    sheet = world.others[0].sheets.first()
    put_criterion_comment(
        sheet.pk,
        by=world.others[0].judge.user,
        criterion=sheet.instrument.criteria.first().code,
        text="Perlu angka pembanding.",
        version=None,
    )


def note(world: Panel) -> None:
    """J2 writes for nobody else."""
    put_private_note(world.others[0].pk, by=world.others[0].judge.user, text="Tanya saat wawancara.", version=None)


def hand_in(world: Panel) -> None:
    hand_in_assignment(world.others[0], by=world.others[0].judge.user)


def step_back(world: Panel) -> None:
    recuse(world.others[1], by=world.others[1].judge.user, reason="Kerabat pengusul")


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def answered(client: Client, address: str) -> Answer:
    with undone():
        response = client.get(address)
        body = b"".join(response.streaming_content) if response.streaming else response.content
    return plain(response, body)


def plain(response: HttpResponse, body: bytes) -> Answer:
    headers = [(name, value) for name, value in response.headers.items() if name not in RANDOM_HEADERS]
    return response.status_code, headers, RANDOM.sub(b"", body)


def posted(client: Client, address: str, data: dict | str, content_type: str) -> Answer:
    """The answer to what is sent, or the page that it leads to; nothing of it stays."""
    with undone():
        response = client.post(address, data, content_type=content_type, follow=True)
    status, headers, body = plain(response, response.content)
    return status, [*headers, *((place, str(code)) for place, code in response.redirect_chain)], body


def sent_by_the_judge(world: Panel) -> Iterator[tuple[str, str, dict | str, str]]:
    """What J1 sends to own pages: what is taken and what is refused; and the same to a sheet of J2."""
    done, going = world.mine
    own, foreign = going.sheets.first(), world.others[0].sheets.first()
    ide = own.instrument.criteria.first().code
    for sheet in (own, foreign, done.sheets.first()):
        for value, version in (("71", 1), ("71", 9), ("101", 1), ("", 1)):
            mark = {"criterion": ide, "value": value, "version": version}
            yield "judging:save_mark", reverse("judging:save_mark", args=[sheet.pk]), json.dumps(mark), JSON
        remark = {"criterion": ide, "text": "Jelas.", "version": None}
        yield (
            "judging:save_criterion_comment",
            reverse("judging:save_criterion_comment", args=[sheet.pk]),
            json.dumps(remark),
            JSON,
        )
        yield (
            "judging:save_comment",
            reverse("judging:save_comment", args=[sheet.pk]),
            json.dumps({"comment": "Baik."}),
            JSON,
        )
        yield "judging:save_sheet", reverse("judging:save_sheet", args=[sheet.pk]), {}, MULTIPART_CONTENT
    for assignment in (done, going, world.others[0]):
        for name in ("hand_in", "recuse", "check_receipt", "save_note"):
            address = reverse(f"judging:{name}", args=[assignment.pk])
            yield f"judging:{name}", address, {"reason": "Kerabat pengusul"}, MULTIPART_CONTENT
    keys = {"entries": f"{going.pk}"}
    yield "judging:hand_in_round", reverse("judging:hand_in_round", args=[world.round.pk]), keys, MULTIPART_CONTENT
    everything = {"entries": f"{going.pk} {world.others[0].pk}"}
    yield (
        "judging:hand_in_round",
        reverse("judging:hand_in_round", args=[world.round.pk]),
        everything,
        MULTIPART_CONTENT,
    )
    yield "judging:print_sheets", reverse("judging:print_sheets", args=[world.round.pk]), {}, MULTIPART_CONTENT


def answers_to(world: Panel, *changes: Callable[[Panel], None]) -> list[tuple[str, Answer]]:
    with undone():
        for change in changes:
            change(world)
        return [
            (f"{name} {data}", posted(world.clients["judge"], address, data, kind))
            for name, address, data, kind in list(sent_by_the_judge(world))
        ]


def outside(world: Panel) -> Iterator[tuple[str, str]]:
    """Every address outside the admin site, those of an assignment for each of J1's."""
    for name in sorted(TABLE.keys() - OWN_VISITS):
        if name in OF_AN_ASSIGNMENT:
            yield from ((name, reverse(name, args=[assignment.pk])) for assignment in world.mine)
        else:
            yield name, world.address(name)
    pair = "&".join(
        f"{name}={assignment.entry.number}" for name, assignment in zip(("usulan", "dengan"), world.mine, strict=True)
    )
    yield "judging:compare", f"{world.address('judging:compare')}?{pair}"
    yield from (("judging:my_entries", f"/juri/?keadaan={choice}") for choice, _ in CHOICES)


def inside(world: Panel) -> Iterator[tuple[str, str]]:
    """Every address of the admin site that some object of this world has."""
    sheet = ScoreSheet.objects.get(assignment=world.others[0], instrument=world.others[0].sheets.first().instrument_id)
    keys = {
        "judging_round": world.round.pk,
        "judging_judge": world.others[0].judge_id,
        "entries_entry": world.entry.pk,
        "judging_assignment": world.others[0].pk,
        "judging_release": world.others[0].pk,
        "judging_reopen": sheet.pk,
        "competitions_edition": world.round.edition_id,
        "kiks_user": world.others[0].judge.user_id,
        "kiks_auditevent": AuditEvent.objects.filter(kind="sheet.handed_in").last().pk,
    }
    for name in sorted(set(STAFF) - OWN_VISITS):
        known = [pk for start, pk in keys.items() if name.startswith(f"admin:{start}")]
        for arguments in ([], [known[0] if known else world.round.pk]):
            try:
                yield name, reverse(name, args=arguments)
            except NoReverseMatch:
                continue
            break
    # The lists are searched for the very thing that is hidden.
    for name in sorted(name for name in STAFF if name.endswith("_changelist")):
        yield from ((name, f"{reverse(name)}?q={sought}") for sought in ("81", "82", "J2"))


def pages(client: Client, addresses: Iterator[tuple[str, str]]) -> Pages:
    return {(name, address): answered(client, address) for name, address in list(addresses)}


def seen_by(world: Panel, role: str, *changes: Callable[[Panel], None]) -> tuple[Pages, list[str]]:
    """The pages of the role in the world after the changes, and the mails of J1."""
    with undone():
        for change in changes:
            change(world)
        addresses = inside(world) if role == "committee" else outside(world)
        mails = OutgoingMail.objects.filter(to_user=world.mine[0].judge.user).order_by("pk")
        return pages(world.clients[role], addresses), list(mails.values_list("subject", "text"))


def differing(one: Pages, other: Pages) -> set[tuple[str, str]]:
    return {key for key in one.keys() | other.keys() if one.get(key) != other.get(key)}


@pytest.fixture
def world(db, monkeypatch) -> Panel:
    monkeypatch.setattr("secrets.token_hex", lambda count=16: "0" * 2 * count)
    monkeypatch.setattr("entries.views.dossier.dossier_docx", lambda dossier: repr(dossier).encode())
    monkeypatch.setattr("entries.views.dossier.dossier_zip", lambda dossier: iter([repr(dossier).encode()]))
    monkeypatch.setattr("entries.documents.render_pdf", lambda template, context: repr(context).encode())
    monkeypatch.setattr("entries.dossier_files.render_pdf", lambda template, context: repr(context).encode())
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)
    return Panel()


@pytest.mark.parametrize("role", ["judge", "other_judge", "owner", "anonymous"])
def test_while_the_round_is_open_nobody_outside_learns_anything(world, role):
    nothing, mails = seen_by(world, role)
    for change in (mark("81"), comment, remark, note, hand_in, step_back):
        found, written = seen_by(world, role, change)
        assert (change.__name__, differing(nothing, found), written) == (change.__name__, set(), mails)


def test_no_answer_to_what_a_judge_sends_tells_anything(world):
    nothing = answers_to(world)
    assert {answer[0] for _, answer in nothing} >= {200, 404, 409, 422}
    for change in (mark("81"), comment, remark, note, hand_in, step_back):
        found = answers_to(world, change)
        assert (change.__name__, [a for a, b in zip(nothing, found, strict=True) if a != b]) == (change.__name__, [])


def tied(first: str, second: str) -> Callable[[Panel], None]:
    """J2 marks so that both entries have the same score, with 80 and 70 of J1."""

    def change(world: Panel) -> None:
        for assignment, value in zip(world.others, (first, second), strict=True):
            mark_all(assignment, value)

    return change


def test_a_judge_sees_which_entries_are_tied_and_not_at_which_score(world):
    one, mails = seen_by(world, "judge", tied("75", "85"), Panel.close)
    other, written = seen_by(world, "judge", tied("65", "75"), Panel.close)
    assert (differing(one, other), written) == (set(), mails)
    apart, _ = seen_by(world, "judge", Panel.close)
    assert ("judging:plenary", reverse("judging:plenary", args=[world.round.pk])) in differing(one, apart)


def test_a_judge_who_also_sits_in_the_committee_learns_no_figure_while_the_round_is_open(world):
    user, by = world.mine[0].judge.user, world.round.opened_by
    CommitteeMember.objects.create(user=user, appointed_at=clock.now(), appointed_by=by)
    with undone():
        mark("81")(world)
        one = pages(world.clients["judge"], inside(world))
    with undone():
        mark("82")(world)
        other = pages(world.clients["judge"], inside(world))
    assert one["admin:judging_room", reverse("admin:judging_room", args=[world.round.pk])][0] == 200
    assert differing(one, other) == set()


@pytest.mark.parametrize("closing", [Panel.close, Panel.confirm])
def test_after_the_lock_a_judge_learns_no_hidden_mark(world, closing):
    """The two marks keep the order, so that neither tied groups nor finalists differ."""
    one, mails = seen_by(world, "judge", mark("81"), closing)
    other, written = seen_by(world, "judge", mark("82"), closing)
    assert (differing(one, other), written) == (set(), mails)


def test_while_the_round_is_open_the_committee_learns_no_figure(world):
    one, _ = seen_by(world, "committee", mark("81"))
    other, _ = seen_by(world, "committee", mark("82"))
    assert len(one) > 100
    assert differing(one, other) == set()
    nothing, _ = seen_by(world, "committee")
    for change in (comment, remark, note):
        written, _ = seen_by(world, "committee", change)
        assert (change.__name__, differing(nothing, written)) == (change.__name__, set())


@pytest.mark.parametrize("role", ["judge", "owner"])
def test_a_private_note_is_never_read_by_anybody_else(world, role):
    """Not after the result either; what stands on a sheet may then be read, the note not."""
    world.confirm()
    nothing, mails = seen_by(world, role)
    found, written = seen_by(world, role, note)
    assert (differing(nothing, found), written) == (set(), mails)


def test_the_comparison_sees_a_difference(world):
    """What the committee may see: another judge handed in."""
    nothing, _ = seen_by(world, "committee")
    found, _ = seen_by(world, "committee", hand_in)
    assert ("admin:judging_room", reverse("admin:judging_room", args=[world.round.pk])) in differing(nothing, found)
