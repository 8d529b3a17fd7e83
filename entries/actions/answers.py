"""Answers: saved while they are typed, never written over without a trace."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from competitions.models import Question
from entries.actions.writing import writing
from entries.history import is_worth_keeping
from entries.models import Answer, EarlierAnswer, Entry
from kiks.exceptions import RuleBrokenError, StaleVersionError
from kiks.models import User


def save_answer(entry: Entry, *, by: User, question: Question, text: str, version: int) -> Answer:
    """Save the answer if nobody saved it since `version`; a draft may be longer than the limit."""
    with writing(entry, by, question.code) as (entry, now):
        answer = _standing(entry, question, version)
        if _is_kept_before(answer, text, by, now):
            earlier_of(answer).save()
        return _write(answer, text, by, now)


def restore_answer(entry: Entry, *, by: User, question: Question, earlier: int, version: int) -> Answer:
    """Let the text of version `earlier` stand again; what stands now, as the person saw it, is kept first."""
    with writing(entry, by, question.code) as (entry, now):
        answer = _standing(entry, question, version)
        chosen = EarlierAnswer.objects.filter(answer__entry=entry, answer__question=question, version=earlier).first()
        if chosen is None:
            raise RuleBrokenError("Versi itu tidak ada pada riwayat jawaban ini. Pilih versi dari daftar.")
        if answer.text.strip() and answer.text != chosen.text:
            earlier_of(answer).save()
        return _write(answer, chosen.text, by, now)


def save_answers(entry: Entry, *, by: User, texts: Mapping[str, str]) -> None:
    """Save a proposal that arrives whole: `texts` by code of the question. Answers that stand already are replaced."""
    with writing(entry, by, *texts) as (entry, now):
        questions = {question.code: question for question in entry.edition.questions.all()}
        if unknown := texts.keys() - questions.keys():
            raise ValueError(f"These are no questions of the edition: {sorted(unknown)}.")
        standing = {answer.question_id: answer for answer in _with_kept_at(entry)}
        answers = [standing.get(questions[code].pk) or Answer(entry=entry, question=questions[code]) for code in texts]
        kept = [
            earlier_of(answer)
            for answer, text in zip(answers, texts.values(), strict=True)
            if _is_kept_before(answer, text, by, now)
        ]
        EarlierAnswer.objects.bulk_create(kept)
        Answer.objects.bulk_create(
            [
                Answer(
                    entry=entry,
                    question=answer.question,
                    text=text,
                    version=answer.version + 1,
                    edited_at=now,
                    edited_by=by,
                )
                for answer, text in zip(answers, texts.values(), strict=True)
            ],
            update_conflicts=True,
            unique_fields=["entry", "question"],
            update_fields=["text", "version", "edited_at", "edited_by"],
        )


def _with_kept_at(entry: Entry) -> QuerySet[Answer]:
    """With `kept_at`: when the last earlier version that was kept had been written."""
    kept = EarlierAnswer.objects.filter(answer=OuterRef("pk")).order_by("-version")
    return entry.answers.select_related("question").annotate(kept_at=Subquery(kept.values("written_at")[:1]))


def _standing(entry: Entry, question: Question, version: int) -> Answer:
    """What stands, if it is still the version that the person saw."""
    if question.edition_id != entry.edition_id:
        raise ValueError("This question belongs to another edition.")
    found = _with_kept_at(entry).select_related("edited_by").filter(question=question).first()
    answer = found or Answer(entry=entry, question=question)
    if answer.version != version:
        raise StaleVersionError(
            f"Jawaban ini sudah diubah oleh {answer.edited_by} sejak Anda membukanya.", current=answer
        )
    return answer


def _is_kept_before(answer: Answer, text: str, by: User, now: datetime) -> bool:
    return answer.pk is not None and is_worth_keeping(
        answer.text,
        new_text=text,
        is_by_another=answer.edited_by_id != by.pk,
        kept_at=answer.kept_at,  # type: ignore[attr-defined]  # annotated by _with_kept_at
        now=now,
    )


def earlier_of(answer: Answer) -> EarlierAnswer:
    return EarlierAnswer(
        answer=answer,
        version=answer.version,
        text=answer.text,
        written_at=answer.edited_at,
        written_by=answer.edited_by,
    )


def _write(answer: Answer, text: str, by: User, now: datetime) -> Answer:
    answer.text, answer.version = text, answer.version + 1
    answer.edited_at, answer.edited_by = now, by
    answer.save()
    return answer
