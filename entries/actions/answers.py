"""Answers: saved while they are typed, never written over without a trace."""

from collections.abc import Mapping

from competitions.models import Question
from entries.actions.writing import writing
from entries.models import Answer, Entry
from entries.queries import answer_of
from kiks.exceptions import StaleVersionError
from kiks.models import User


def save_answer(entry: Entry, *, by: User, question: Question, text: str, version: int) -> Answer:
    """Save the answer if nobody saved it since `version`; a draft may be longer than the limit."""
    with writing(entry, by) as (entry, now):
        if question.edition_id != entry.edition_id:
            raise ValueError("This question belongs to another edition.")
        answer = answer_of(entry, question)
        if answer.version != version:
            raise StaleVersionError(
                f"Jawaban ini sudah diubah oleh {answer.edited_by} sejak Anda membukanya.", current=answer
            )
        answer.text, answer.version = text, version + 1
        answer.edited_at, answer.edited_by = now, by
        answer.save()
    return answer


def save_answers(entry: Entry, *, by: User, texts: Mapping[str, str]) -> None:
    """Save a proposal that arrives whole: `texts` by code of the question. Answers that stand already are replaced."""
    with writing(entry, by) as (entry, now):
        questions = {question.code: question for question in entry.edition.questions.all()}
        if unknown := texts.keys() - questions.keys():
            raise ValueError(f"These are no questions of the edition: {sorted(unknown)}.")
        versions = dict(entry.answers.values_list("question_id", "version"))
        Answer.objects.bulk_create(
            [
                Answer(
                    entry=entry,
                    question=questions[code],
                    text=text,
                    version=versions.get(questions[code].pk, 0) + 1,
                    edited_at=now,
                    edited_by=by,
                )
                for code, text in texts.items()
            ],
            update_conflicts=True,
            unique_fields=["entry", "question"],
            update_fields=["text", "version", "edited_at", "edited_by"],
        )
