"""Acts of the committee on the rulebook and the calendar."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import ProgrammingError, transaction

from competitions.checklist import STANDARD_CHECKLIST
from competitions.models import ChecklistItem, Criterion, Edition, Instrument, Question, Stage
from competitions.permissions import (
    check_can_add_checklist,
    check_can_adopt_instrument,
    check_can_confirm_edition_rules,
    check_can_confirm_instrument,
    check_can_reschedule_stage,
    check_can_revoke_confirmation,
    check_can_revoke_edition_rules,
)
from competitions.queries import weight_total
from competitions.reference import library_questions, library_questions_of_criteria
from kiks import audit, clock
from kiks.exceptions import RuleBrokenError
from kiks.formats import score
from kiks.models import User

CRITERION_FIELDS = ("code", "name", "guidance", "levels", "weight", "max_mark", "step", "position")


def confirm_instrument(instrument: Instrument, *, by: User, source: str) -> Instrument:
    """The bureau stands for the criteria and weights, with a reference to the paper that says so."""
    source = _required(source, "Tulis dasar konfirmasinya, misalnya nomor surat atau nama pedoman.")
    with audit.act(by):
        instrument = Instrument.objects.select_for_update().get(pk=instrument.pk)
        check_can_confirm_instrument(by, instrument)
        total = weight_total(instrument)
        if total != 100:
            raise RuleBrokenError(
                f"Jumlah bobot {score(total.normalize())}, seharusnya tepat 100."
                " Perbaiki bobot kriteria, lalu konfirmasi lagi."
            )
        instrument.confirmed_source, instrument.confirmed_at, instrument.confirmed_by = source, clock.now(), by
        instrument.save(update_fields=["confirmed_source", "confirmed_at", "confirmed_by"])
        audit.record("instrument.confirmed", instrument, chain=instrument.edition.code, by=by, source=source)
    return instrument


def revoke_confirmation(instrument: Instrument, *, by: User, reason: str) -> Instrument:
    """Open the criteria for changes again; impossible once a round with this instrument is open."""
    reason = _required(reason, "Tulis alasan pencabutan konfirmasi.")
    with audit.act(by):
        instrument = Instrument.objects.select_for_update().get(pk=instrument.pk)
        check_can_revoke_confirmation(by, instrument)
        instrument.confirmed_source, instrument.confirmed_at, instrument.confirmed_by = "", None, None
        try:
            with transaction.atomic():
                instrument.save(update_fields=["confirmed_source", "confirmed_at", "confirmed_by"])
        except ProgrammingError as error:
            raise RuleBrokenError(
                "Instrumen ini dipakai babak yang sudah dibuka, sehingga konfirmasinya tidak dapat dicabut."
            ) from error
        audit.record("instrument.confirmation_revoked", instrument, chain=instrument.edition.code, by=by, reason=reason)
    return instrument


def confirm_edition_rules(edition: Edition, *, by: User, source: str) -> Edition:
    """The bureau stands for age, limits and other rules of the edition."""
    source = _required(source, "Tulis dasar konfirmasinya, misalnya nomor surat atau nama pedoman.")
    with audit.act(by):
        edition = Edition.objects.select_for_update().get(pk=edition.pk)
        check_can_confirm_edition_rules(by, edition)
        edition.rules_source, edition.rules_confirmed_at, edition.rules_confirmed_by = source, clock.now(), by
        edition.save(update_fields=["rules_source", "rules_confirmed_at", "rules_confirmed_by"])
        audit.record("edition.rules_confirmed", edition, chain=edition.code, by=by, source=source)
    return edition


def revoke_edition_rules(edition: Edition, *, by: User, reason: str) -> Edition:
    """Open the rules of the edition for changes again."""
    reason = _required(reason, "Tulis alasan pencabutan konfirmasi.")
    with audit.act(by):
        edition = Edition.objects.select_for_update().get(pk=edition.pk)
        check_can_revoke_edition_rules(by, edition)
        edition.rules_source, edition.rules_confirmed_at, edition.rules_confirmed_by = "", None, None
        edition.save(update_fields=["rules_source", "rules_confirmed_at", "rules_confirmed_by"])
        audit.record("edition.rules_revoked", edition, chain=edition.code, by=by, reason=reason)
    return edition


def adopt_instrument(edition: Edition, code: str, *, by: User) -> Instrument:
    """Copy an instrument of the library into the edition, with the form fields that its form names."""
    with audit.act(by):
        edition = Edition.objects.select_for_update().get(pk=edition.pk)
        check_can_adopt_instrument(by, edition)
        library = Instrument.objects.filter(edition=None, code=code).first()
        if library is None:
            raise RuleBrokenError("Instrumen itu tidak ada di pustaka. Muat dahulu data rujukan.")
        if edition.instruments.filter(code=code).exists():
            raise RuleBrokenError(f"{edition.name} sudah memakai instrumen {library.name}.")
        instrument = Instrument.objects.create(
            edition=edition, code=library.code, name=library.name, source=library.source
        )
        _adopt_questions(edition, code)
        _copy_criteria(library, instrument)
        audit.record("instrument.adopted", instrument, chain=edition.code, by=by, code=code)
    return instrument


def add_standard_checklist(edition: Edition, *, by: User) -> list[ChecklistItem]:
    """Give an edition without a checklist the usual one; the committee may change it afterwards."""
    with audit.act(by):
        edition = Edition.objects.select_for_update().get(pk=edition.pk)
        check_can_add_checklist(by, edition)
        items = [
            ChecklistItem(edition=edition, position=position, **item._asdict())
            for position, item in enumerate(STANDARD_CHECKLIST, start=1)
        ]
        ChecklistItem.objects.bulk_create(items)
        audit.record("checklist.added", edition, chain=edition.code, by=by, items=len(items))
    return items


def reschedule_stage(stage: Stage, *, by: User, opens_at: datetime, closes_at: datetime, reason: str) -> Stage:
    """Move a window of the calendar; the reason enters the audit chain."""
    reason = _required(reason, "Tulis alasan perubahan jadwal; alasan ini masuk jejak audit.")
    with audit.act(by):
        Edition.objects.select_for_update().get(pk=stage.edition_id)
        stage = Stage.objects.select_for_update(of=["self"]).select_related("edition").get(pk=stage.pk)
        check_can_reschedule_stage(by, stage)
        before = (stage.opens_at, stage.closes_at)
        _check_new_window(stage, opens_at, closes_at, clock.now())
        stage.opens_at, stage.closes_at = opens_at, closes_at
        try:
            stage.validate_constraints()
        except ValidationError as error:
            raise RuleBrokenError(*error.messages) from error
        stage.save(update_fields=["opens_at", "closes_at"])
        audit.record(
            "stage.rescheduled",
            stage,
            chain=stage.edition.code,
            by=by,
            old=[moment.isoformat() for moment in before],
            new=[opens_at.isoformat(), closes_at.isoformat()],
            reason=reason,
        )
    return stage


def _check_new_window(stage: Stage, opens_at: datetime, closes_at: datetime, now: datetime) -> None:
    if opens_at != stage.opens_at and min(opens_at, stage.opens_at) <= now:
        raise RuleBrokenError("Waktu pembukaan hanya dapat diubah sebelum tahap dibuka, ke waktu yang akan datang.")
    if closes_at != stage.closes_at and closes_at <= now:
        raise RuleBrokenError("Waktu penutupan yang baru harus setelah saat ini.")


def _adopt_questions(edition: Edition, code: str) -> None:
    for position, question in enumerate(library_questions(code), start=1):
        Question.objects.get_or_create(
            edition=edition,
            code=question["code"],
            defaults={
                "title": question["title"],
                "prompt": question["prompt"],
                "word_limit": question["word_limit"],
                "position": position,
            },
        )


def _copy_criteria(library: Instrument, instrument: Instrument) -> None:
    questions = {question.code: question for question in instrument.edition.questions.all()}
    judged = library_questions_of_criteria(library.code)
    for criterion in library.criteria.all():
        copy = Criterion.objects.create(
            instrument=instrument, **{field: getattr(criterion, field) for field in CRITERION_FIELDS}
        )
        copy.questions.set([questions[code] for code in judged.get(criterion.code, []) if code in questions])


def _required(text: str, sentence: str) -> str:
    text = text.strip()
    if not text:
        raise RuleBrokenError(sentence)
    return text
