"""Who gets which page: every address of the site in one table, for every role. An address that is missing here fails.

Columns: anonymous, member of the unit that owns the object, member of another unit, judge who has the assignment,
judge without it, committee. `login` is a redirect to the login page. Methods are GET; what changes state by POST alone
answers 405 to those who may, and 404 or a login to the others.
"""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from entries.models import Entry
from judging.models import Assignment
from kiks.invitation_links import link_of
from kiks.invitations import invite, person_of
from tests.factories.entries import make_unit, member_of
from tests.factories.judging import open_desk_round
from tests.factories.people import client_of, make_user

pytestmark = pytest.mark.long

ROLES = ["anonymous", "owner", "other_unit", "judge", "other_judge", "committee"]
LOGIN = "login"
# The pages of django-allauth: their own tests say what they do, ours say that they wear our look.
LIBRARY = ("account_", "mfa_", "usersessions_")

PUBLIC = [200] * 6
MEMBERS = [LOGIN, 200, 404, 404, 404, 404]
# Not now: the entry has passed, so the pages that write it lead its own unit back to it.
MEMBERS_WRITING = [LOGIN, 302, 404, 404, 404, 404]
DOSSIER = [LOGIN, 200, 404, 404, 404, 200]
JUDGES = [LOGIN, 404, 404, 200, 404, 404]
JUDGES_POST = [LOGIN, 405, 405, 405, 405, 405]
ANYONE_IN = [LOGIN] + [200] * 5

TABLE = {
    "home": PUBLIC,
    "competitions:rules": PUBLIC,
    "competitions:history": PUBLIC,
    "competitions:calendar": PUBLIC,
    "judging:results_index": PUBLIC,
    "judging:results": [404] * 6,
    "judging:results_file": [404] * 6,
    "judging:record_file": [404] * 6,
    "judging:explain": [404] * 6,
    "judging:explain_file": [404] * 6,
    "judging:certificate": [404] * 6,
    "judging:verify": PUBLIC,
    "judging:verify_paper": [404] * 6,
    "entries:registration": PUBLIC,
    "entries:registered": PUBLIC,
    "entries:unit_names": PUBLIC,
    "entries:participation": PUBLIC,
    "entries:selection": PUBLIC,
    "entries:selection_version": PUBLIC,
    "entries:selection_paper": PUBLIC,
    "entries:selection_data": PUBLIC,
    "entries:members": MEMBERS,
    "entries:member_add": MEMBERS,
    "entries:member_end": MEMBERS,
    "entries:member_successor": MEMBERS,
    "invitation": PUBLIC,
    "my_account": ANYONE_IN,
    "my_profile": ANYONE_IN,
    "my_data": ANYONE_IN,
    "end_session": [LOGIN] + [405] * 5,
    "workplace": [LOGIN, 302, 302, 302, 302, 302],
    "entries:index": ANYONE_IN,
    "entries:correct_unit": MEMBERS_WRITING,
    "entries:start": MEMBERS,
    "entries:letter": [LOGIN, 404, 404, 404, 404, 404],  # this unit has none
    "entries:detail": MEMBERS,
    "entries:identity": MEMBERS_WRITING,
    "entries:answer": MEMBERS_WRITING,
    "entries:save_answer": JUDGES_POST,
    "entries:save_identity": JUDGES_POST,
    "entries:save_video": JUDGES_POST,
    "entries:history": MEMBERS,
    "entries:attachments": MEMBERS_WRITING,
    "entries:attachment": [LOGIN, 200, 404, 200, 404, 200],
    "entries:remove_attachment": MEMBERS,
    "entries:video": MEMBERS_WRITING,
    "entries:submit": MEMBERS_WRITING,
    "entries:sent": MEMBERS_WRITING,
    "entries:version": MEMBERS,
    "entries:revise": MEMBERS_WRITING,
    "entries:discard": MEMBERS_WRITING,
    "entries:withdraw": MEMBERS,
    "entries:objection": MEMBERS_WRITING,
    "entries:objection_file": [LOGIN] + [404] * 5,  # this unit has not objected
    "entries:receipt": MEMBERS,
    "entries:calendar": ANYONE_IN,
    **dict.fromkeys(["entries:dossier", "entries:dossier_pdf", "entries:dossier_docx", "entries:dossier_zip"], DOSSIER),
    "judging:my_entries": [LOGIN, 404, 404, 200, 200, 404],
    "judging:pledge": [LOGIN, 404, 404, 200, 200, 404],
    "judging:my_marks": [LOGIN] + [404] * 5,  # nothing is published yet
    "judging:pledge_paper": [LOGIN, 404, 404, 200, 404, 404],  # the other one has not signed
    "judging:own_cv": [LOGIN, 404, 404, 404, 404, 404],  # nobody gave one
    "judging:plenary": [LOGIN, 404, 404, 404, 404, 404],  # sheets are open
    "judging:signing_record": [LOGIN, 404, 404, 404, 404, 404],
    "judging:conflicts": [LOGIN, 404, 404, 302, 404, 404],  # answered already
    "judging:sheet": JUDGES,
    "judging:own_spread": JUDGES,
    "judging:compare": JUDGES,
    "judging:save_sheet": JUDGES_POST,
    "judging:save_mark": JUDGES_POST,
    "judging:save_comment": JUDGES_POST,
    "judging:save_criterion_comment": JUDGES_POST,
    "judging:note": JUDGES_POST,
    "judging:save_note": JUDGES_POST,
    "judging:recuse": JUDGES,
    "judging:hand_in": JUDGES,
    "judging:hand_in_round": [LOGIN, 404, 404, 200, 404, 404],
    "judging:print_sheets": JUDGES_POST,
    "judging:receipts": [LOGIN, 404, 404, 302, 404, 404],  # nothing handed in yet
    "judging:own_papers": [LOGIN, 404, 404, 200, 404, 404],
    "judging:own_papers_file": [LOGIN, 404, 404, 302, 404, 404],  # nothing handed in yet
    "judging:own_paper": [LOGIN, 404, 404, 404, 404, 404],
    "judging:check_receipt": [LOGIN, 404, 404, 405, 404, 404],
    **dict.fromkeys(["judging:finalist", "judging:finalist_slides", "judging:finalist_calendar"], [LOGIN] + [404] * 5),
}


def addresses(resolver: URLResolver, spaces: tuple[str, ...] = ()) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield ":".join((*spaces, pattern.name or ""))
        else:
            yield from addresses(pattern, (*spaces, pattern.namespace) if pattern.namespace else spaces)


ALL = sorted(name for name in set(addresses(get_resolver())) if not name.startswith(LIBRARY))
STAFF = [name for name in ALL if name.startswith("admin:") and name != "admin:"]


def test_every_address_stands_in_the_table():
    assert sorted(TABLE) == [name for name in ALL if not name.startswith("admin:")]


class World:
    """An edition whose desk round is open: two entries of two units, J1 judges the first, J2 has stepped back."""

    def __init__(self) -> None:
        round_ = open_desk_round(entries=2, judges=2)
        self.assignment = Assignment.objects.filter(judge__label="J1", round=round_).order_by("entry__number").first()
        self.entry = Entry.objects.get(pk=self.assignment.entry_id)
        self.unit = self.entry.innovation.unit
        self.round = round_
        outsider = make_user("Juri lain")
        round_.edition.judges.create(user=outsider, label="J9", institution="Kampus")
        self.invitation = invite(
            person_of(email="tamu@contoh.test", name="Tamu"), by=round_.opened_by, purpose="panitia"
        )
        self.clients = {
            "anonymous": Client(),
            "owner": client_of(member_of(self.unit)),
            "other_unit": client_of(member_of(make_unit())),
            "judge": client_of(self.assignment.judge.user),
            "other_judge": client_of(outsider),
            "committee": client_of(round_.opened_by),
        }

    def arguments(self) -> dict[str, list]:
        """Positional arguments by address; what is not named takes the entry or the assignment."""
        code = self.round.edition.code
        attachment = self.entry.attachments.first()
        question = self.round.edition.questions.first()
        sheet = self.assignment.sheets.first()
        member = self.unit.members.get()
        return {
            "end_session": [1],
            "invitation": [link_of(self.invitation).split("/")[-2]],
            "competitions:calendar": [code],
            "entries:selection": [code],
            **dict.fromkeys(
                ["entries:selection_version", "entries:selection_paper", "entries:selection_data"], [code, 1]
            ),
            "judging:results": [code],
            "judging:results_file": [code, 1, "desk.json"],
            "judging:record_file": [code, 1],
            "judging:explain": [code, "desk", "001"],
            "judging:explain_file": [code, "desk", "001", "xlsx"],
            "judging:certificate": ["001/PIAGAM/TIDAK-ADA"],
            "judging:verify_paper": ["001/BA/TIDAK-ADA"],
            **dict.fromkeys(["judging:pledge", "judging:pledge_paper", "judging:own_cv"], [code]),
            "judging:plenary": [self.round.pk],
            "judging:print_sheets": [self.round.pk],
            "judging:my_marks": [code],
            **dict.fromkeys(["judging:own_papers", "judging:own_papers_file"], [self.round.pk]),
            "judging:own_paper": [self.assignment.pk, 1],
            **dict.fromkeys(["judging:conflicts", "judging:compare", "judging:hand_in_round"], [self.round.pk]),
            **dict.fromkeys(["judging:save_sheet", "judging:save_mark"], [sheet.pk]),
            **dict.fromkeys(["judging:save_comment", "judging:save_criterion_comment"], [sheet.pk]),
            **dict.fromkeys(["entries:attachment", "entries:remove_attachment"], [attachment.pk]),
            **dict.fromkeys(
                ["entries:answer", "entries:save_answer", "entries:history"], [self.entry.pk, question.code]
            ),
            **dict.fromkeys(["entries:correct_unit", "entries:start", "entries:letter"], [self.unit.pk]),
            **dict.fromkeys(["entries:members", "entries:member_add"], [self.unit.pk]),
            **dict.fromkeys(["entries:member_end", "entries:member_successor"], [self.unit.pk, member.pk]),
        }

    def address(self, name: str) -> str:
        known = self.arguments()
        if name in known:
            return reverse(name, args=known[name])
        if name.startswith("entries:") and name not in PLAIN_ENTRIES:
            return reverse(name, args=[self.entry.pk])
        if name.startswith("judging:") and name not in PLAIN_JUDGING:
            return reverse(name, args=[self.assignment.pk])
        return reverse(name)


PLAIN_ENTRIES = [
    "entries:calendar",
    "entries:index",
    "entries:registration",
    "entries:registered",
    "entries:unit_names",
    "entries:participation",
]
PLAIN_JUDGING = ["judging:my_entries", "judging:results_index", "judging:verify"]


@pytest.fixture
def world(db) -> World:
    return World()


def answer_of(response) -> int | str:
    if response.status_code == 302 and response.headers["Location"].startswith(reverse("account_login")):
        return LOGIN
    return response.status_code


def test_each_role_gets_what_the_table_says(world):
    found = {
        name: [answer_of(world.clients[role].get(world.address(name))) for role in ROLES] for name in sorted(TABLE)
    }
    assert {name: row for name, row in found.items() if row != TABLE[name]} == {}


def staff_address(world: World, name: str) -> str | None:
    """Some address of the admin site; the objects need not exist, as nobody but the committee may learn that."""
    for args in ([], [1], [1, 1], ["1"], ["entries"]):
        try:
            return reverse(name, args=args)
        except Exception:  # noqa: BLE001, S112 - the number of arguments is what is being found out
            continue
    return None


@pytest.mark.parametrize("role", ["anonymous", "owner", "judge"])
def test_the_admin_site_is_closed_to_everybody_but_the_committee(world, role):
    open_to_all = {"admin:login", "admin:logout", "admin:jsi18n"}
    found = {}
    for name in STAFF:
        address = staff_address(world, name)
        if name not in open_to_all and address:
            response = world.clients[role].get(address)
            found[name] = response.status_code if response.status_code != 302 else response.headers["Location"]
    assert len(found) > 120
    inside = {
        name: where for name, where in found.items() if not str(where).startswith(("/admin/login/", "/akun/login/"))
    }
    assert inside == {}


def test_the_admin_login_is_no_second_way_in(world):
    assert answer_of(Client().post(reverse("admin:login"), {"username": "x", "password": "y"})) == LOGIN
    assert world.clients["judge"].get(reverse("admin:login")).status_code == 403


def test_a_committee_member_without_a_second_factor_sees_nothing(world):
    user = world.round.opened_by
    user.authenticator_set.all().delete()
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    response = client.get(reverse("admin:index"))
    assert response.headers["Location"] == reverse("mfa_index")


@pytest.mark.parametrize("address", ["/verifikasi/a%00b/", "/hasil/kiks/v1/a%00b", "/piagam/a%00b.pdf"])
def test_an_address_with_a_zero_byte_is_simply_not_there(db, address):
    assert Client().get(address).status_code == 404


def test_every_page_carries_the_strict_policy_and_nothing_private_is_stored(world):
    for name, role in [("home", "anonymous"), ("entries:index", "owner"), ("judging:my_entries", "judge")]:
        response = world.clients[role].get(world.address(name))
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; ")
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        assert (response.headers.get("Cache-Control") == "no-store") == (role != "anonymous")
