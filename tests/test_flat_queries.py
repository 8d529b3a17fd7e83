"""No page asks the database more often because a list is longer: every address in a small site and in a large one."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from competitions.models import Edition, Instrument
from entries.models import Entry, Innovation, ServiceUnit, UnitMember
from entries.states import EntryStatus
from judging.models import Award, Judge, OfficialRecord, Presentation, Publication, Ranking, Round
from kiks.admin_site import site
from kiks.invitation_links import link_of
from kiks.models import Invitation, User
from tests.factories.people import client_of
from tests.factories.world import World
from tests.test_access import ALL, STAFF

pytestmark = pytest.mark.long

# Files, acts by POST, and pages that never hold a list.
NO_LISTS = {
    "judging:results_file", "judging:record_file", "judging:explain_file", "judging:certificate", "judging:save_sheet",
    "judging:save_mark", "judging:own_paper", "judging:own_papers_file",
    "judging:save_comment", "judging:save_criterion_comment", "judging:note", "judging:save_note",
    "judging:check_receipt", "judging:pledge", "judging:pledge_paper", "judging:own_cv",
    "judging:signing_record", "entries:save_answer", "entries:attachment",
    "entries:revise", "entries:letter", "entries:receipt", "entries:objection_file", "entries:save_identity",
    "entries:save_video", "end_session", "workplace", "my_data",
    "judging:print_sheets", "judging:finalist_slides", "judging:finalist_calendar",
    "entries:dossier_pdf", "entries:dossier_docx", "entries:dossier_zip", "entries:selection_paper",
    "entries:selection_data",
}  # fmt: skip


def own_pages(world: World) -> dict[str, tuple[User | None, list]]:
    """Who opens each page of the site outside the admin, and with which arguments."""
    draft, submitted = (world.entries[status][0] for status in (EntryStatus.DRAFT, EntryStatus.SUBMITTED))
    owner, judge, first = world.owner, world.judge.user, world.assignments[0]
    member = world.unit.members.last()
    finalist = Presentation.objects.filter(round__edition=world.published).first()
    return {
        "home": (None, []),
        "competitions:rules": (None, []),
        "competitions:history": (None, []),
        "competitions:calendar": (None, [world.edition.code]),
        "judging:results_index": (None, []),
        "judging:results": (None, [world.published.code]),
        "judging:explain": (None, [world.published.code, "desk", "001"]),
        "judging:verify": (None, []),
        "judging:verify_paper": (None, [OfficialRecord.objects.last().number]),
        "entries:registration": (None, []),
        "entries:registered": (None, []),
        "entries:unit_names": (None, []),
        "entries:participation": (None, []),
        "entries:selection": (None, [world.announcements[0].edition.code]),
        "entries:selection_version": (None, [world.announcements[0].edition.code, 1]),
        "invitation": (None, [link_of(world.invitations[-1]).split("/")[-2]]),
        "my_account": (owner, []),
        "my_profile": (owner, []),
        "entries:index": (owner, []),
        "entries:calendar": (owner, []),
        "entries:members": (owner, [world.unit.pk]),
        "entries:member_add": (owner, [world.unit.pk]),
        "entries:member_end": (owner, [world.unit.pk, member.pk]),
        "entries:member_successor": (owner, [world.unit.pk, member.pk]),
        "entries:correct_unit": (owner, [world.returned[0].pk]),
        "entries:start": (owner, [world.unit.pk]),
        **{f"entries:{name}": (owner, [draft.pk]) for name in ("detail", "identity", "attachments", "video", "submit")},
        "entries:answer": (owner, [draft.pk, "lain-0"]),
        "entries:history": (owner, [draft.pk, "lain-0"]),
        "entries:remove_attachment": (owner, [draft.attachments.first().pk]),
        **{f"entries:{name}": (owner, [submitted.pk]) for name in ("sent", "version", "withdraw", "dossier")},
        "entries:discard": (owner, [world.revised.pk]),
        "entries:objection": (world.objector, [world.objectionable.pk]),
        "judging:my_entries": (judge, []),
        "judging:finalist": (finalist.entry.innovation.unit.members.first().user, [finalist.pk]),
        "judging:my_marks": (world.published.judges.first().user, [world.published.code]),
        "judging:plenary": (
            world.published.judges.first().user,
            [world.published.rounds.get(kind="desk").pk],
        ),
        "judging:conflicts": (judge, [world.round.pk]),
        "judging:hand_in_round": (judge, [world.round.pk]),
        "judging:sheet": (judge, [first.pk]),
        "judging:own_spread": (judge, [first.pk]),
        "judging:compare": (judge, [world.round.pk]),
        "judging:recuse": (judge, [first.pk]),
        "judging:hand_in": (judge, [first.pk]),
        "judging:receipts": (judge, [world.handed_in.pk]),
        "judging:own_papers": (judge, [world.round.pk]),
    }


def samples(world: World) -> dict[type[Model], object]:
    """The object of each kind whose admin pages are opened; where none is named, the newest."""
    final = world.published.rounds.get(kind="final")
    return {
        Edition: world.edition,
        Instrument: world.edition.instruments.get(code="kijb"),
        Round: world.round,
        Entry: world.entries[EntryStatus.SUBMITTED][0],
        Innovation: world.entries[EntryStatus.SUBMITTED][0].innovation,
        ServiceUnit: world.unit,
        UnitMember: world.unit.members.last(),
        User: world.owner,
        Judge: world.judge,
        Invitation: world.invitations[-1],
        Ranking: final.rankings.first(),
        OfficialRecord: OfficialRecord.objects.last(),
        Award: Award.objects.last(),
        Publication: Publication.objects.last(),
    }


def staff_arguments(world: World) -> dict[str, list]:
    desk = world.round.pk
    entry = world.entries[EntryStatus.SUBMITTED][0].pk
    assignment = world.assignments[0]
    return {
        "admin:app_list": ["entries"],
        "admin:competitions_stage_reschedule": [world.stage.pk],
        "admin:entries_entry_screen": [entry],
        "admin:entries_entry_overdue": [world.entries[EntryStatus.RETURNED][0].pk],
        "admin:entries_objection_decide": [world.objections[0].pk],
        "admin:entries_preview": [world.edition.pk],
        **dict.fromkeys(
            [f"admin:entries_announcement_{name}" for name in ("room", "mails", "draft", "announce")],
            [world.edition.pk],
        ),
        "admin:entries_announcement_paper": [world.announcements[-1].pk],
        "admin:entries_statistics_file": [world.edition.code],
        "admin:entries_statistics_picture": [world.edition.code, "perangkat-daerah"],
        "admin:entries_proposal": [world.proposals[0].pk],
        "admin:entries_twins_compare": [
            world.entries[EntryStatus.SUBMITTED][0].innovation_id,
            world.entries[EntryStatus.PASSED][0].innovation_id,
        ],
        "admin:entries_twins_search": [world.entries[EntryStatus.SUBMITTED][0].innovation_id],
        "admin:entries_twins_undo": [world.verdicts[0].pk],
        "admin:entries_entry_reopen": [world.entries[EntryStatus.PASSED][0].pk],
        "admin:entries_remind": [world.edition.pk],
        **dict.fromkeys(
            [name for name in STAFF if re.fullmatch("admin:entries_serviceunit_(verifikasi|kembalikan|tolak)", name)],
            [world.waiting[0].pk],
        ),
        **dict.fromkeys(
            ["admin:entries_serviceunit_end_member", "admin:entries_serviceunit_successor"],
            [world.unit.pk, world.unit.members.last().pk],
        ),
        **dict.fromkeys(
            [
                f"admin:judging_{step}"
                for step in (
                    "room",
                    "assign",
                    "undo_draw",
                    "assignments_pdf",
                    "remind",
                    "open",
                    "close",
                    "compute",
                    "confirm",
                    "preview_round",
                    "confirm_shares",
                    "revoke_shares",
                )
            ],
            [desk],
        ),
        **dict.fromkeys(["admin:judging_preview_edition", "admin:judging_publish"], [world.edition.pk]),
        "admin:judging_preview_instrument": [world.edition.instruments.get(code="kijb").pk],
        **dict.fromkeys(["admin:judging_assignment", "admin:judging_release", "admin:judging_move"], [assignment.pk]),
        "admin:judging_finalists": [world.published.rounds.get(code="presentation").pk],
        "admin:judging_papers": [world.published.rounds.get(code="desk").pk],
        "admin:judging_correct": [world.published.rounds.get(code="desk").pk],
        "admin:judging_explain": [Ranking.objects.filter(round__edition=world.published).first().pk, "001"],
        "admin:judging_recap": [Ranking.objects.filter(round__edition=world.published).first().pk],
        "admin:judging_certificates": [world.published.pk],
        "admin:judging_register": [world.published.pk],
        **dict.fromkeys(
            [f"admin:judging_register_{name}" for name in ("paper", "withdraw", "replace")],
            [OfficialRecord.objects.filter(edition=world.published).last().pk],
        ),
        "admin:judging_paper_sheets": [desk],
        "admin:judging_type": [assignment.pk],
        "admin:judging_give": [desk, assignment.entry_id],
        **dict.fromkeys(
            ["admin:judging_judge_edit", "admin:judging_judge_cv", "admin:judging_judge_pledge"], [world.judge.pk]
        ),
        "admin:judging_reopen": [world.handed_in.sheets.first().pk],
        "admin:kiks_mailtext_edit": ["entry_submitted.txt"],
        "admin:kiks_mailtext_reset": ["entry_submitted.txt"],
    }


def staff_pages(world: World) -> Iterator[tuple[str, str]]:
    """Name and address of every admin page that some object of this world has."""
    known, objects = staff_arguments(world), samples(world)
    models = {f"admin:{model._meta.app_label}_{model._meta.model_name}_": model for model in site._registry}
    for name in STAFF:
        tries = [known[name]] if name in known else [[], ["csv"]] if name.endswith("_export") else [[]]
        prefix = next((prefix for prefix in models if name.startswith(prefix)), None)
        if prefix and name not in known:
            found = objects.get(models[prefix]) or models[prefix].objects.order_by("pk").last()
            tries += [[found.pk]] if found else []
        for args in tries:
            try:
                yield name, reverse(name, args=args)
            except NoReverseMatch:
                continue
            break


class Clients:
    def __init__(self) -> None:
        self.clients: dict[int | None, Client] = {None: Client()}

    def of(self, user: User | None) -> Client:
        key = user.pk if user else None
        if key not in self.clients:
            self.clients[key] = client_of(user)
            self.clients[key].get(reverse("home"))
        return self.clients[key]


def shape(sql: str) -> str:
    """A query without its values, so that the same question about two rows looks the same."""
    sql = re.sub(r"'(?:[^']|'')*'", "?", sql)
    return re.sub(r"\b\d+\b", "?", sql)


def asked(client: Client, address: str) -> Counter[str] | None:
    """The queries of a page; None where it is no page for this person now.

    What the visit itself writes is undone: the trail of a download would push what the world holds off later pages.
    """
    with transaction.atomic():
        with CaptureQueriesContext(connection) as captured:
            response = client.get(address)
            if response.status_code == 200 and response.streaming:
                list(response.streaming_content)
        transaction.set_rollback(True)
    return Counter(shape(query["sql"]) for query in captured) if response.status_code == 200 else None


def measure(world: World) -> dict[str, Counter[str]]:
    clients = Clients()
    pages = [(name, clients.of(user), reverse(name, args=args)) for name, (user, args) in own_pages(world).items()]
    pages += [(name, clients.of(world.committee), address) for name, address in staff_pages(world)]
    found = {name: asked(client, address) for name, client, address in pages}
    return {name: queries for name, queries in found.items() if queries is not None}


@pytest.fixture(scope="module")
def measured(django_db_setup, django_db_blocker) -> tuple[dict[str, Counter[str]], dict[str, Counter[str]]]:
    """Every page of a small site, then of a large one beside it; rolled back afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        small = World(1)
        measure(small)  # whatever is remembered from the first visit on
        few = measure(small)
        many = measure(World(4))
        transaction.set_rollback(True)
    return few, many


def test_every_address_is_measured_or_named(db):
    listed = {name for name in ALL if not name.startswith("admin:")}
    assert listed - NO_LISTS == set(own_pages(World(1)))


def test_no_page_asks_more_of_a_longer_list(measured):
    few, many = measured
    grown = {
        name: f"{few[name].total()} -> {many[name].total()}: {(many[name] - few[name]).most_common(2)}"
        for name in few.keys() & many.keys()
        if many[name].total() > few[name].total()
    }
    assert grown == {}


def test_hardly_a_page_is_left_out(measured):
    few, many = measured
    assert len(few.keys() & many.keys()) > 150
    assert {name for name in few if name.endswith("_changelist")} == {
        name for name in STAFF if name.endswith("_changelist")
    }
