"""Acts on instruments: adopted from the library, confirmed with a source, opened again."""

from django.db import ProgrammingError, transaction

from competitions.actions.wording import REASON_MISSING, SOURCE_MISSING
from competitions.models import Criterion, Edition, Instrument, Question
from competitions.permissions import (
    check_can_adopt_instrument,
    check_can_confirm_instrument,
    check_can_revoke_confirmation,
)
from competitions.queries import weight_total
from competitions.reference import library_questions, library_questions_of_criteria
from kiks import audit, clock
from kiks.exceptions import RuleBrokenError
from kiks.formats import score
from kiks.models import User
from kiks.wording import required

CRITERION_FIELDS = ("code", "name", "guidance", "levels", "weight", "max_mark", "step", "position")


def confirm_instrument(instrument: Instrument, *, by: User, source: str) -> Instrument:
    """The bureau stands for the criteria and weights, with a reference to the paper that says so."""
    source = required(source, SOURCE_MISSING)
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
    reason = required(reason, REASON_MISSING)
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
        _check_questions_may_come(edition, code)
        instrument = Instrument.objects.create(
            edition=edition, code=library.code, name=library.name, source=library.source
        )
        _adopt_questions(edition, code)
        _copy_criteria(library, instrument)
        audit.record("instrument.adopted", instrument, chain=edition.code, by=by, code=code)
    return instrument


def _check_questions_may_come(edition: Edition, code: str) -> None:
    known = set(edition.questions.values_list("code", flat=True))
    if edition.rules_confirmed_at and {row["code"] for row in library_questions(code)} - known:
        raise RuleBrokenError(
            "Instrumen ini membawa pertanyaan formulir, sedangkan aturan edisi sudah dikonfirmasi."
            " Cabut konfirmasi aturan, pakai instrumennya, lalu konfirmasi lagi."
        )


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
