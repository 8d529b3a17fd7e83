"""A revision: the version that was sent goes on to count until the revision is sent, whatever the unit forgets."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from competitions.models import StageKind
from entries.actions.answers import save_answer
from entries.actions.entry import add_attachment, remove_attachment, save_identity
from entries.actions.submission import discard_revision, open_revision, submit_entry, withdraw_entry
from entries.models import EarlierAnswer, Entry, Participation
from entries.permissions import check_can_write_entry
from entries.queries import answer_of, attachments_of, frozen_content, written_identity
from entries.revisions import changes_between, unsent_changes
from entries.screening_queries import machine_findings, screening_queue
from entries.states import EntryStatus, ScreeningOutcome
from kiks import clock
from kiks.access import allowed
from kiks.exceptions import RuleBrokenError, WrongStateError
from kiks.models import AuditEvent, OutgoingMail
from tests.factories.announcements import announced
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, make_unit, member_of, screen
from tests.factories.pdf import tiny_pdf
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


def unit_user(entry: Entry):
    return member_of(entry.innovation.unit)


def write(entry: Entry, text: str, code: str = "dampak") -> None:
    question = entry.edition.questions.get(code=code)
    version = answer_of(entry, question).version
    save_answer(entry, by=unit_user(entry), question=question, text=text, version=version)


def submit(entry: Entry) -> Entry:
    return submit_entry(entry, by=unit_user(entry), statement=True)


def close(entry: Entry) -> None:
    stage = entry.edition.stages.get(kind=StageKind.SUBMISSION)
    stage.closes_at = clock.now() - timedelta(minutes=1)
    stage.save()


def events(entry: Entry) -> list[str]:
    kinds = AuditEvent.objects.filter(chain=entry.edition.code, kind__startswith="entry.").order_by("sequence")
    return list(kinds.values_list("kind", flat=True))


@pytest.fixture
def sent():
    return entry_at(EntryStatus.SUBMITTED)


@pytest.fixture
def revised(sent):
    return open_revision(sent, by=unit_user(sent))


def test_the_submitted_version_counts_until_the_revision_is_sent(revised):
    first = revised.current_version
    write(revised, "Dampak yang baru.")
    save_identity(revised, by=unit_user(revised), data={"short_name": "NAMA BARU", "team": "Tim Baru"})
    revised = Entry.objects.get(pk=revised.pk)
    assert (revised.status, revised.current_version) == (EntryStatus.SUBMITTED, first)
    assert revised.innovation.short_name == frozen_content(first)["short_name"]
    assert screening_queue(revised.edition).get() == revised
    assert [answer["text"] for answer in frozen_content(revised.current_version)["answers"]][1] == (
        "Jawaban Dampak untuk uji."
    )
    second = submit(revised).current_version
    assert (second.ordinal, frozen_content(second)["short_name"], frozen_content(second)["team"]) == (
        2,
        "NAMA BARU",
        "Tim Baru",
    )
    assert [change.key for change in changes_between(first, second)] == ["identity", "dampak"]


def test_a_revision_that_is_sent_is_a_version_with_mail_and_event_and_keeps_number_and_participation(revised):
    write(revised, "Dampak yang baru.")
    entry = submit(revised)
    entry.refresh_from_db()
    assert (entry.status, entry.number, entry.revision_opened_at) == (EntryStatus.SUBMITTED, "001", None)
    assert (entry.current_version.ordinal, entry.unsent_identity) == (2, None)
    assert Participation.objects.filter(innovation=entry.innovation).count() == 1
    mail = OutgoingMail.objects.filter(subject__startswith="Usulan 001 diterima").order_by("pk").last()
    assert ("Versi          : 2" in mail.text, entry.current_version.digest in mail.text) == (True, True)
    assert events(entry) == ["entry.started", "entry.submitted", "entry.revision_opened", "entry.submitted"]


def test_opening_twice_is_one_act(revised):
    again = open_revision(revised, by=unit_user(revised))
    assert again.revision_opened_at == revised.revision_opened_at
    assert events(revised).count("entry.revision_opened") == 1


def test_sending_twice_is_one_version(revised):
    write(revised, "Dampak yang baru.")
    submit(revised)
    with pytest.raises(WrongStateError):
        submit(revised)
    assert revised.versions.count() == 2


def test_a_revision_that_changes_nothing_is_not_sent(revised):
    with pytest.raises(RuleBrokenError, match="Belum ada yang berubah"):
        submit(revised)


def test_nothing_is_written_to_a_submitted_entry_without_a_revision(sent):
    with pytest.raises(WrongStateError):
        write(sent, "Tanpa membuka perubahan.")


def test_only_members_open_and_discard(sent, revised):
    for act in (open_revision, discard_revision):
        with pytest.raises(PermissionDenied):
            act(sent, by=make_user())


@pytest.mark.parametrize(
    "status", [EntryStatus.DRAFT, EntryStatus.RETURNED, EntryStatus.PASSED, EntryStatus.REJECTED, EntryStatus.WITHDRAWN]
)
def test_only_a_submitted_entry_is_revised(status):
    entry = entry_at(status)
    announced(entry.edition)
    with pytest.raises(WrongStateError):
        open_revision(entry, by=unit_user(entry))
    with pytest.raises(WrongStateError):
        discard_revision(entry, by=unit_user(entry))


def test_after_the_closing_nothing_is_opened_written_sent_or_discarded(revised):
    write(revised, "Terlambat dikirim.")
    version = revised.current_version
    close(revised)
    for act in (open_revision, discard_revision, withdraw_entry):
        with pytest.raises(RuleBrokenError, match="sudah ditutup"):
            act(revised, by=unit_user(revised))
    with pytest.raises(RuleBrokenError, match="Waktu pengisian berakhir"):
        submit(revised)
    assert not allowed(check_can_write_entry, unit_user(revised), Entry.objects.get(pk=revised.pk), clock.now())
    assert Entry.objects.get(pk=revised.pk).current_version == version
    assert [change.text for change in unsent_changes(revised)] == ["Terlambat dikirim."]


def test_discarding_brings_back_text_identity_and_attachments(revised):
    by = unit_user(revised)
    before = list(attachments_of(revised))
    write(revised, "Akan dibatalkan.")
    save_identity(
        revised, by=by, data={"short_name": "LAIN", "team": "Lain", "tpb": [3], "video_url": "https://video.test/2"}
    )
    remove_attachment(before[0], by=by)
    kind = before[-1].kind
    add_attachment(revised, by=by, kind=kind, name="baru.pdf", content=tiny_pdf("baru"))
    assert {change.key for change in unsent_changes(Entry.objects.get(pk=revised.pk))} == {
        "identity",
        "dampak",
        "attachments",
        "video",
    }
    entry = Entry.objects.get(pk=discard_revision(revised, by=by).pk)
    assert unsent_changes(entry) == []
    assert (list(attachments_of(entry)), entry.team, entry.revision_opened_at) == (before, "Tim Uji", None)
    assert written_identity(entry)["short_name"] == entry.innovation.short_name != "LAIN"
    assert EarlierAnswer.objects.filter(text="Akan dibatalkan.").exists()
    assert events(entry)[-1] == "entry.revision_discarded"
    with pytest.raises(WrongStateError, match="Tidak ada perubahan"):
        discard_revision(entry, by=by)


def test_withdrawing_closes_the_revision_and_keeps_the_text(revised):
    write(revised, "Sebelum ditarik.")
    entry = withdraw_entry(revised, by=unit_user(revised))
    assert (entry.status, entry.revision_opened_at) == (EntryStatus.WITHDRAWN, None)
    assert submit(entry).current_version.ordinal == 2


def test_names_written_in_a_revision_are_the_working_ones_once_the_entry_is_withdrawn(revised):
    by = unit_user(revised)
    save_identity(revised, by=by, data={"short_name": "DALAM PERUBAHAN"})
    entry = withdraw_entry(Entry.objects.get(pk=revised.pk), by=by)
    assert (written_identity(entry)["short_name"], entry.unsent_identity) == ("DALAM PERUBAHAN", None)
    entry = save_identity(entry, by=by, data={"short_name": "SESUDAH DITARIK"})
    assert written_identity(entry)["short_name"] == "SESUDAH DITARIK"


@pytest.mark.parametrize("limit", ["unit_limit", "agency_limit"])
def test_limits_do_not_refuse_the_revision_of_an_entry_that_holds_its_place(limit):
    edition, unit = make_edition(), make_unit()
    first = entry_at(EntryStatus.SUBMITTED, edition=edition, unit=unit)
    entry_at(EntryStatus.SUBMITTED, edition=edition, unit=unit)
    setattr(edition, limit, 1)
    edition.save()
    revised = open_revision(first, by=unit_user(first))
    write(revised, "Tetap memiliki tempat.")
    assert submit(revised).current_version.ordinal == 2


def test_the_rules_hold_for_a_revision_too(revised):
    write(revised, "kata " * 60)
    with pytest.raises(RuleBrokenError, match="Dampak 60 kata, maksimal 50"):
        submit(revised)


SECRET = [ScreeningOutcome.PASSED, ScreeningOutcome.REJECTED]


def test_a_return_ends_the_revision_and_says_what_was_not_sent(revised):
    write(revised, "Ditulis ketika panitia memutuskan.")
    save_identity(revised, by=unit_user(revised), data={"implemented_on": clock.now().date()})
    assert machine_findings(Entry.objects.get(pk=revised.pk))["umur"].passed
    screen(revised, ScreeningOutcome.RETURNED)
    entry = Entry.objects.get(pk=revised.pk)
    assert (entry.status, entry.revision_opened_at, entry.current_version.ordinal) == (EntryStatus.RETURNED, None, 1)
    assert [change.key for change in unsent_changes(entry)] == ["identity", "dampak"]
    mail = OutgoingMail.objects.get(subject="Perubahan usulan 001 tidak dikirim: " + entry.innovation.short_name)
    assert "Identitas, Dampak" in mail.text


def test_a_return_of_an_entry_whose_revision_changed_nothing_sends_no_second_mail(revised):
    screen(revised, ScreeningOutcome.RETURNED)
    assert not OutgoingMail.objects.filter(subject__startswith="Perubahan usulan").exists()


@pytest.mark.parametrize("outcome", SECRET)
def test_an_outcome_that_is_secret_waits_until_the_unit_can_no_longer_write(revised, outcome, monkeypatch):
    write(revised, "Ditulis ketika panitia memutuskan.")
    with pytest.raises(RuleBrokenError, match="Unit sedang mengubah usulan ini"):
        screen(revised, outcome)
    closes_at = revised.edition.stages.get(kind=StageKind.SUBMISSION).closes_at
    monkeypatch.setattr(clock, "now", lambda: closes_at)
    screen(revised, outcome)
    entry = Entry.objects.get(pk=revised.pk)
    assert (entry.status, entry.current_version.ordinal) == (str(outcome), 1)
    assert not OutgoingMail.objects.filter(subject__startswith="Perubahan usulan").exists()


@pytest.mark.parametrize("outcome", SECRET)
@pytest.mark.parametrize("act", [open_revision, withdraw_entry])
def test_a_unit_that_may_still_write_takes_up_a_decision_that_it_does_not_know(sent, outcome, act):
    screen(sent, outcome)
    entry = act(sent, by=unit_user(sent))
    wanted = EntryStatus.WITHDRAWN if act is withdraw_entry else EntryStatus.SUBMITTED
    assert Entry.objects.get(pk=entry.pk).status == wanted
    reopening = sent.screenings.get().reopening
    assert (reopening.reopened_by, "selagi tahap pengajuan" in reopening.reason) == (unit_user(sent), True)
    assert "entry.screening_reopened" in events(sent)


@pytest.mark.parametrize("outcome", SECRET)
@pytest.mark.parametrize("act", [open_revision, withdraw_entry])
def test_nothing_moves_once_the_announcement_is_issued(sent, outcome, act):
    screen(sent, outcome)
    announced(sent.edition, at=clock.now() + timedelta(days=1))
    with pytest.raises(RuleBrokenError, match="sudah selesai"):
        act(sent, by=unit_user(sent))


def test_the_events_of_a_revision_name_the_version_that_counts(revised):
    event = AuditEvent.objects.get(chain=revised.edition.code, kind="entry.revision_opened")
    version = revised.current_version
    assert json.loads(event.body)["data"] == {"number": "001", "version": 1, "digest": version.digest}
