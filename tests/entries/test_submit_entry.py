"""Submission and withdrawal: what is frozen, what is refused, who was first."""

import hashlib
import json
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError, connection, transaction

from competitions.models import ChecklistItem, Edition, StageKind
from entries.actions import entry as actions
from entries.actions import submission
from entries.actions.answers import save_answer
from entries.actions.entry import remove_attachment, save_identity
from entries.actions.submission import submit_entry, withdraw_entry
from entries.models import Entry, EntryVersion, Participation
from entries.queries import frozen_attachments, frozen_content, submission_event
from entries.states import EntryStatus
from kiks import clock
from kiks.exceptions import RuleBrokenError, WrongStateError
from kiks.models import OutgoingMail
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, fill_entry, make_agency, make_unit, member_of
from tests.factories.people import make_user


def submit(entry, by=None, *, statement=True):
    return submit_entry(entry, by=by or member_of(entry.innovation.unit), statement=statement)


@pytest.fixture
def draft(db):
    return entry_at(EntryStatus.DRAFT)


def test_submit_entry_gives_a_number_and_takes_a_participation(draft):
    entry = submit(draft)
    assert (entry.status, entry.number) == (EntryStatus.SUBMITTED, "001")
    assert (entry.submitted_by, entry.statement_accepted) == (member_of(entry.innovation.unit), True)
    assert entry.innovation.participations.get().ordinal == 1


def test_submit_entry_freezes_canonical_json_with_its_digest(draft):
    version = submit(draft).current_version
    content = frozen_content(version)
    assert version.content == json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert version.digest == hashlib.sha256(version.content.encode()).hexdigest()
    assert content["answers"][0] == {
        "code": "ringkasan",
        "title": "Ringkasan",
        "text": "Jawaban Ringkasan untuk uji.",
        "words": 4,
        "word_limit": 20,
    }
    assert (content["number"], content["category"], content["dates"]["implemented_on"][:2]) == ("001", "Umum", "20")


def test_submit_entry_tells_the_members_and_the_audit_chain(draft):
    version = submit(draft).current_version
    mail = OutgoingMail.objects.get(subject__startswith="Usulan 001 diterima")
    assert version.digest in mail.text
    assert json.loads(submission_event(version).body)["data"] == {
        "number": "001",
        "version": 1,
        "digest": version.digest,
    }


def test_submit_entry_numbers_the_entries_of_an_edition_one_after_the_other(db):
    edition = make_edition()
    numbers = [entry_at(EntryStatus.SUBMITTED, edition=edition).number for _ in range(2)]
    assert [*numbers, entry_at(EntryStatus.SUBMITTED).number] == ["001", "002", "001"]


def test_submit_entry_keeps_removed_attachments_of_the_version(draft):
    entry = submit(draft)
    frozen = frozen_attachments(entry.current_version)
    entry = withdraw_entry(entry, by=entry.submitted_by)
    remove_attachment(frozen[-1], by=entry.withdrawn_by)
    assert frozen_attachments(entry.current_version) == frozen
    assert len(frozen_attachments(submit(entry).current_version)) == len(frozen) - 1


def test_submit_entry_refuses_with_every_reason(draft):
    by = member_of(draft.innovation.unit)
    save_identity(draft, by=by, data={"implemented_on": None, "category": None})
    question = draft.edition.questions.get(code="ringkasan")
    save_answer(draft, by=by, question=question, text="kata " * 23, version=1)
    with pytest.raises(RuleBrokenError) as refusal:
        submit(draft, statement=False)
    assert refusal.value.sentences == (
        "Tanggal mulai penerapan belum diisi. Isi tanggal itu pada data inovasi.",
        "Ringkasan 23 kata, maksimal 20. Kurangi 3 kata.",
        "Pernyataan kebenaran belum disetujui. Baca dan centang pernyataan itu.",
        "Kategori belum dipilih. Pilih kategori pada bagian Identitas.",
    )
    assert not Participation.objects.exists()


def test_submit_entry_asks_for_a_video_where_the_checklist_does(draft):
    ChecklistItem.objects.create(edition=draft.edition, code="video", label="Video", machine_rule="video")
    save_identity(draft, by=member_of(draft.innovation.unit), data={"video_url": ""})
    with pytest.raises(RuleBrokenError, match="Tautan video belum diisi"):
        submit(draft)


def test_submit_entry_refuses_a_unit_that_is_not_verified(db):
    unit = make_unit(verified=False)
    entry = fill_entry(
        actions.start_entry(by=member_of(unit), unit=unit, edition=make_edition(), innovation=None, short_name="A"),
        member_of(unit),
    )
    with pytest.raises(RuleBrokenError, match="belum diverifikasi"):
        submit(entry)


@pytest.mark.parametrize("limit", ["unit_limit", "agency_limit"])
def test_submit_entry_counts_what_unit_and_agency_have_submitted(db, limit):
    edition, agency = make_edition(**{limit: 1}), make_agency()
    unit = make_unit(agency=agency)
    first = entry_at(EntryStatus.SUBMITTED, edition=edition, unit=unit)
    other = unit if limit == "unit_limit" else make_unit(agency=agency)
    second = entry_at(EntryStatus.DRAFT, edition=edition, unit=other)
    with pytest.raises(RuleBrokenError, match="sudah mengajukan 1 usulan, maksimal 1"):
        submit(second)
    withdraw_entry(first, by=first.submitted_by)
    assert submit(second).number == "002"


def test_submit_entry_refuses_strangers(draft):
    with pytest.raises(PermissionDenied):
        submit(draft, make_user())


@pytest.mark.parametrize(
    ("kind", "words"), [(StageKind.ANNOUNCEMENT, "berakhir"), (StageKind.REGISTRATION, "baru dibuka")]
)
def test_submit_entry_refuses_outside_its_stage(draft, kind, words):
    now, stage = clock.now(), draft.edition.stages.get(kind=StageKind.SUBMISSION)
    shift = timedelta(days=-8) if kind == StageKind.ANNOUNCEMENT else timedelta(days=8)
    draft.edition.stages.exclude(pk=stage.pk).delete()
    stage.opens_at, stage.closes_at = stage.opens_at + shift, stage.closes_at + shift
    stage.save()
    with clock.shifted_to(now), pytest.raises(RuleBrokenError, match=words):
        submit(draft)


def test_submit_entry_twice_is_once(draft):
    submit(draft)
    with pytest.raises(WrongStateError):
        submit(draft)
    assert EntryVersion.objects.count() == 1


@pytest.mark.parametrize("status", [EntryStatus.RETURNED, EntryStatus.WITHDRAWN])
def test_submit_entry_again_keeps_the_number(db, status):
    entry = submit(entry_at(status))
    assert (entry.status, entry.number, entry.versions.count()) == (EntryStatus.SUBMITTED, "001", 2)
    assert (entry.withdrawn_at, entry.current_version.ordinal) == (None, 2)
    assert entry.innovation.participations.count() == 1


def test_submit_entry_of_a_correction_is_possible_after_the_closing(db):
    entry = entry_at(EntryStatus.RETURNED)
    closing = entry.edition.stages.get(kind=StageKind.SUBMISSION)
    closing.closes_at = clock.now()
    closing.save()
    assert submit(entry).status == EntryStatus.SUBMITTED


def test_submit_entry_takes_the_lowest_free_participation(db):
    unit = make_unit()
    first = entry_at(EntryStatus.SUBMITTED, unit=unit)
    entry_at(EntryStatus.SUBMITTED, unit=unit, innovation=first.innovation)
    withdraw_entry(first, by=first.submitted_by)
    third = entry_at(EntryStatus.SUBMITTED, unit=unit, innovation=first.innovation)
    assert third.innovation.participations.get(edition=third.edition).ordinal == 1


def test_submit_entry_turns_the_refusal_of_the_database_into_its_sentence(draft, monkeypatch):
    innovation = draft.innovation
    for ordinal in (1, 2):
        Participation.objects.create(innovation=innovation, edition=make_edition(), ordinal=ordinal)
    monkeypatch.setattr(submission, "entry_failures", lambda *args, **kwargs: ())
    with pytest.raises(RuleBrokenError, match=r"sudah 2 kali ikut serta \(2026 dan 2026\), maksimal 2 kali"):
        submit(draft)


def test_submit_entry_lets_other_refusals_of_the_database_through(draft, monkeypatch):
    monkeypatch.setattr(submission, "free_ordinal", lambda innovation: 0)
    with pytest.raises(IntegrityError):
        submit(draft)


def test_withdraw_entry_frees_the_participation_and_keeps_the_number(draft):
    entry = submit(draft)
    entry = withdraw_entry(entry, by=entry.submitted_by)
    assert (entry.status, entry.number, entry.withdrawn_by) == (EntryStatus.WITHDRAWN, "001", entry.submitted_by)
    assert not entry.innovation.participations.exists()
    assert OutgoingMail.objects.filter(subject__startswith="Usulan 001 ditarik kembali").count() == 1


def test_withdraw_entry_refuses_strangers_drafts_and_late_comers(draft):
    by = member_of(draft.innovation.unit)
    with pytest.raises(WrongStateError):
        withdraw_entry(draft, by=by)
    entry = submit(draft)
    with pytest.raises(PermissionDenied):
        withdraw_entry(entry, by=make_user())
    closing = entry.edition.stages.get(kind=StageKind.SUBMISSION).closes_at
    with clock.shifted_to(closing), pytest.raises(RuleBrokenError, match="sudah ditutup"):
        withdraw_entry(entry, by=by)


def together(acts):
    """Run the acts at the same moment, each in a thread and transaction of its own; gives what they raised."""
    barrier, raised = Barrier(len(acts)), []

    def run(act):
        try:
            barrier.wait(timeout=10)
            act()
        except RuleBrokenError as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return raised


@pytest.mark.long
def test_two_editions_cannot_both_take_the_last_participation(committed_db, django_db_blocker):
    with django_db_blocker.unblock():
        unit = make_unit()
        one = entry_at(EntryStatus.DRAFT, edition=make_edition(participation_limit=1), unit=unit)
        two = entry_at(
            EntryStatus.DRAFT, edition=make_edition(participation_limit=1), unit=unit, innovation=one.innovation
        )
        raised = together([lambda: submit(one), lambda: submit(two)])
        assert [str(error) for error in raised] == [
            "Inovasi ini sudah 1 kali ikut serta (2026), maksimal 1 kali. Ajukan inovasi lain."
        ]
        assert Entry.objects.filter(status=EntryStatus.SUBMITTED).count() == 1
        assert Participation.objects.count() == 1


@pytest.mark.long
def test_clicking_twice_submits_once_and_numbers_never_repeat(committed_db, django_db_blocker):
    with django_db_blocker.unblock():
        edition = make_edition()
        drafts = [entry_at(EntryStatus.DRAFT, edition=edition) for _ in range(3)]
        raised = together([lambda entry=entry: submit(entry) for entry in drafts for _ in range(2)])
        assert {type(error) for error in raised} == {WrongStateError}
        numbers = Entry.objects.values_list("number", flat=True)
        assert (sorted(numbers), EntryVersion.objects.count()) == (["001", "002", "003"], 3)


@pytest.mark.long
def test_two_people_cannot_both_take_the_last_place_of_a_unit(committed_db, django_db_blocker):
    with django_db_blocker.unblock():
        unit, edition = make_unit(), make_edition(unit_limit=1)
        drafts = [entry_at(EntryStatus.DRAFT, edition=edition, unit=unit) for _ in range(2)]
        raised = together([lambda entry=entry: submit(entry) for entry in drafts])
        assert [type(error) for error in raised] == [RuleBrokenError]
        assert Entry.objects.filter(status=EntryStatus.SUBMITTED).count() == 1


@pytest.mark.long
def test_whoever_closes_the_stage_keeps_submissions_out(committed_db, django_db_blocker):
    with django_db_blocker.unblock():
        draft, refused = entry_at(EntryStatus.DRAFT), []

        def submit_impatiently():
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '200ms'")
            try:
                submit(draft)
            except OperationalError as error:
                refused.append(error.__cause__.sqlstate)
            connection.close()

        with transaction.atomic():
            Edition.objects.select_for_update().get(pk=draft.edition_id)
            thread = Thread(target=submit_impatiently)
            thread.start()
            thread.join(timeout=20)
        assert refused == ["55P03"]
        assert submit(draft).number == "001"
