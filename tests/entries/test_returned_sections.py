"""A return opens named sections only, and the next screening sees what changed in them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from competitions.models import ChecklistItem
from entries.actions.answers import save_answer, save_answers
from entries.actions.entry import add_attachment, remove_attachment, save_identity
from entries.actions.screening import ItemDecision, screen_entry
from entries.actions.submission import open_revision, submit_entry, withdraw_entry
from entries.models import Entry
from entries.permissions import check_can_write_section, open_sections
from entries.queries import answer_of, frozen_content
from entries.revisions import changes_between, returned_version, unsent_changes
from entries.states import EntryStatus, ScreeningOutcome
from entries.task_queries import TaskState, sections_of_items, task_list
from kiks import clock
from kiks.access import allowed
from kiks.exceptions import RuleBrokenError
from kiks.formats import JAKARTA
from kiks.models import OutgoingMail
from tests.factories.entries import entry_at, member_of
from tests.factories.pdf import tiny_pdf
from tests.factories.people import client_of, make_committee_user

pytestmark = pytest.mark.django_db
CLOSED = "Panitia tidak membuka bagian ini"


def unit_user(entry: Entry):
    return member_of(entry.innovation.unit)


def send_back(entry: Entry, *sections: str, outcome=ScreeningOutcome.RETURNED) -> Entry:
    items = [ItemDecision(item, passed=False, reason="Belum cukup.") for item in entry.edition.checklist.all()]
    screen_entry(
        entry,
        by=make_committee_user(),
        outcome=outcome,
        items=items,
        sections=sections,
        correction_due_at=clock.now() + timedelta(days=3) if outcome == ScreeningOutcome.RETURNED else None,
        expected_attempt=entry.screenings.count() + 1,
    )
    return Entry.objects.get(pk=entry.pk)


def write(entry: Entry, code: str, text: str) -> None:
    question = entry.edition.questions.get(code=code)
    version = answer_of(entry, question).version
    save_answer(entry, by=unit_user(entry), question=question, text=text, version=version)


def submit(entry: Entry) -> Entry:
    return submit_entry(entry, by=unit_user(entry), statement=True)


@pytest.fixture
def sent():
    return entry_at(EntryStatus.SUBMITTED)


@pytest.fixture
def returned(sent):
    return send_back(sent, "dampak", "attachments")


def test_only_the_named_sections_are_open(returned):
    now, by = clock.now(), unit_user(returned)
    keys = ["identity", "ringkasan", "dampak", "attachments", "video"]
    assert [allowed(check_can_write_section, by, returned, key, now) for key in keys] == [
        False,
        False,
        True,
        True,
        False,
    ]
    assert open_sections(returned) == {"dampak", "attachments"}


def test_every_way_to_write_keeps_to_the_named_sections(returned):
    by, attachment = unit_user(returned), returned.attachments.first()
    write(returned, "dampak", "Dampak diperbaiki.")
    add_attachment(returned, by=by, kind=attachment.kind, name="baru.pdf", content=tiny_pdf("baru"))
    for data in ({"team": "Lain"}, {"video_url": "https://video.test/2"}, {"short_name": "LAIN"}):
        with pytest.raises(RuleBrokenError, match=CLOSED):
            save_identity(returned, by=by, data=data)
    with pytest.raises(RuleBrokenError, match=CLOSED):
        write(returned, "ringkasan", "Tidak dibuka.")
    with pytest.raises(RuleBrokenError, match=CLOSED):
        save_answers(returned, by=by, texts={"dampak": "Boleh.", "ringkasan": "Tidak boleh."})


def test_attachments_stay_as_they_are_where_they_are_not_named(sent):
    returned = send_back(sent, "identity")
    attachment = returned.attachments.first()
    for act in (
        lambda: add_attachment(
            returned, by=unit_user(returned), kind=attachment.kind, name="a.pdf", content=tiny_pdf()
        ),
        lambda: remove_attachment(attachment, by=unit_user(returned)),
    ):
        with pytest.raises(RuleBrokenError, match=CLOSED):
            act()


def test_a_return_that_names_nothing_opens_everything(sent):
    returned = send_back(sent)
    assert open_sections(returned) is None
    write(returned, "ringkasan", "Semua terbuka.")


def test_sections_belong_to_returns_and_to_the_entry(sent):
    with pytest.raises(RuleBrokenError, match="hanya untuk usulan yang dikembalikan"):
        send_back(sent, "dampak", outcome=ScreeningOutcome.REJECTED)
    with pytest.raises(ValueError, match="no sections"):
        send_back(sent, "rahasia")


def test_the_mail_names_the_sections(returned):
    mail = OutgoingMail.objects.get(subject__contains="perlu perbaikan")
    assert "Bagian yang dibuka untuk diperbaiki: Dampak, Lampiran" in mail.text


def test_the_task_list_says_what_is_open_and_what_needs_mending(returned):
    tasks = {task.key: task for task in task_list(returned, clock.now())}
    assert [key for key, task in tasks.items() if task.is_open] == ["dampak", "attachments"]
    assert tasks["dampak"].state == TaskState.NEEDS_FIX
    assert tasks["ringkasan"].state != TaskState.NEEDS_FIX


def test_a_correction_shows_what_changed_since_the_version_that_was_returned(returned):
    first = returned.current_version
    write(returned, "dampak", "Dampak yang diperbaiki untuk uji.")
    removed = returned.attachments.first()
    remove_attachment(removed, by=unit_user(returned))
    add_attachment(returned, by=unit_user(returned), kind=removed.kind, name="baru.pdf", content=tiny_pdf("baru"))
    entry = submit(returned)
    assert (entry.current_version.ordinal, returned_version(entry)) == (2, first)
    changes = changes_between(first, entry.current_version)
    assert [change.key for change in changes] == ["dampak", "attachments"]
    assert [segment.kind for row in changes[1].rows for segment in row.segments] == ["removed", "added"]


def test_what_a_return_left_closed_is_submitted_as_it_was(sent):
    """A revision that was open when the committee decided may have changed more than the return opens."""
    revised = open_revision(sent, by=unit_user(sent))
    write(revised, "ringkasan", "Ditulis tanpa dikirim.")
    returned = send_back(revised, "dampak")
    assert [change.key for change in unsent_changes(returned)] == ["ringkasan"]
    write(returned, "dampak", "Diperbaiki.")
    content = frozen_content(submit(returned).current_version)
    assert [answer["text"] for answer in content["answers"]] == ["Jawaban Ringkasan untuk uji.", "Diperbaiki."]


def test_a_closed_section_blocks_nothing_that_the_unit_could_not_mend(returned):
    returned.edition.questions.filter(code="ringkasan").update(word_limit=1)
    write(returned, "dampak", "Diperbaiki.")
    assert submit(returned).current_version.ordinal == 2


def test_a_returned_entry_that_is_withdrawn_is_open_again(returned):
    entry = withdraw_entry(returned, by=unit_user(returned))
    assert open_sections(entry) is None


def test_items_propose_the_sections_where_they_are_mended(sent):
    rules = ["age", "papers", "video", "words", ""]
    items = [ChecklistItem(edition=sent.edition, code=f"b-{rule}", label=rule, machine_rule=rule) for rule in rules]
    content = frozen_content(sent.current_version)
    content["answers"][0]["words"] = 21
    assert sections_of_items(items, content) == {"identity", "attachments", "video", "ringkasan"}
    assert sections_of_items(items[-1:], content) == set()


def screen_page(entry: Entry) -> str:
    return reverse("admin:entries_entry_screen", args=[entry.pk])


def test_the_officer_opens_what_failed_and_what_was_ticked(sent):
    item = sent.edition.checklist.get()
    committee = client_of(make_committee_user())
    assert "Bagian yang dibuka, bila dikembalikan" in committee.get(screen_page(sent)).content.decode()
    due = (clock.now() + timedelta(days=3)).astimezone(JAKARTA)
    committee.post(
        screen_page(sent),
        {
            f"item_{item.pk}": "no",
            f"reason_{item.pk}": "Umur keliru.",
            "outcome": "returned",
            "sections": ["video"],
            "correction_due_at": f"{due:%Y-%m-%dT%H:%M}",
            "expected_attempt": 1,
            "expected_version": 1,
        },
    )
    assert sent.screenings.get().sections == ["identity", "video"]
    page = committee.get(screen_page(sent)).content.decode()
    assert "Bagian yang dibuka: Identitas, Video" in page


def test_the_screening_page_shows_what_changed_since_the_return(returned):
    write(returned, "dampak", "Jawaban Dampak yang dilengkapi.")
    submit(returned)
    page = client_of(make_committee_user()).get(screen_page(returned)).content.decode()
    assert "Yang berubah sejak versi 1 dikembalikan" in page
    assert "ditambahkan: </span>yang" in page


def test_pages_of_closed_sections_are_read_only_and_the_notice_names_the_open_ones(returned):
    client, address = client_of(unit_user(returned)), f"/usulan/{returned.pk}/"
    page = client.get(address).content.decode()
    assert "Bagian yang dibuka: <strong>Dampak, Lampiran</strong>" in page
    assert page.count("Hanya dibaca") == 3
    for part, key in (("identitas", "identity"), ("pertanyaan/ringkasan", "ringkasan"), ("video", "video")):
        assert client.get(f"{address}{part}/").url == f"{address}isi/#{key}"
    for part in ("pertanyaan/dampak", "lampiran"):
        assert client.get(f"{address}{part}/").status_code == 200
    version = client.get(f"{address}isi/").content.decode()
    assert 'id="ringkasan"' in version
    assert 'id="video"' in version
    check = client.get(f"{address}periksa/").content.decode()
    assert 'Ubah<span class="visually-hidden"> Dampak' in check
    assert 'Ubah<span class="visually-hidden"> Ringkasan' not in check


def test_a_correction_whose_date_has_passed_is_shown_as_not_sent(returned):
    write(returned, "dampak", "Tidak sempat dikirim.")
    client = client_of(unit_user(returned))
    with clock.shifted_to(returned.screenings.get().correction_due_at + timedelta(minutes=1)):
        page = client.get(f"/usulan/{returned.pk}/").content.decode()
    assert "Tidak dikirim" in page
    assert 'data-copy="belum-dampak"' in page
    assert "Tidak sempat dikirim." in page
