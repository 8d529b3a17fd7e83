"""The beginning of an entry: what is carried over from earlier years, and what the unit says of likely twins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from competitions.models import Edition
from entries.actions.entry import start_entry
from entries.eligibility import count_words
from entries.models import Answer, Entry, Innovation, LikelyTwin, ServiceUnit, TwinStatement
from kiks import audit, clock
from kiks.models import User


@dataclass(frozen=True)
class StatedTwin:
    """An innovation that the new one resembles, and what the unit says of it."""

    earlier: Innovation
    score: Decimal
    stated: TwinStatement


@dataclass(frozen=True)
class CarriedOver:
    """What came along from an earlier entry; `too_long` are titles of answers beyond the limit of this year."""

    source: Entry
    answers: int = 0
    too_long: tuple[str, ...] = ()


def begin_entry(
    *,
    by: User,
    unit: ServiceUnit,
    edition: Edition,
    innovation: Innovation | None = None,
    short_name: str = "",
    expansion: str = "",
    carry_over: bool = False,
    twins: Sequence[StatedTwin] = (),
) -> tuple[Entry, CarriedOver | None]:
    """Start an entry, with the content of the innovation's last one where that is asked, in one transaction."""
    with audit.act(by):
        entry = start_entry(
            by=by, unit=unit, edition=edition, innovation=innovation, short_name=short_name, expansion=expansion
        )
        now = clock.now()
        _keep_twins(entry.innovation, twins, by, now)
        carried = _carry_over(entry, by, now) if carry_over else None
    return entry, carried


def _keep_twins(innovation: Innovation, twins: Sequence[StatedTwin], by: User, now: datetime) -> None:
    """Once per pair: an innovation that is started again next year has said it already."""
    LikelyTwin.objects.bulk_create(
        [
            LikelyTwin(
                innovation=innovation,
                earlier=twin.earlier,
                score=twin.score,
                stated=twin.stated,
                stated_at=now,
                stated_by=by,
            )
            for twin in twins
            if twin.earlier.pk != innovation.pk
        ],
        ignore_conflicts=True,
    )


def _carry_over(entry: Entry, by: User, now: datetime) -> CarriedOver | None:
    """The words of the innovation's last entry, where this edition asks the same; papers and statement are new.

    Names and dates belong to the innovation and are here already.
    """
    earlier = entry.innovation.entries.exclude(pk=entry.pk).select_related("edition", "category")
    source = earlier.order_by("-edition__year", "-pk").first()
    if source is None:
        return None
    entry.team, entry.decree_number = source.team, source.decree_number
    entry.tpb, entry.video_url = source.tpb, source.video_url
    if source.category:
        entry.category = entry.edition.categories.filter(code=source.category.code).first()
    entry.edited_at, entry.edited_by = now, by
    entry.save(update_fields=["team", "decree_number", "tpb", "video_url", "category", "edited_at", "edited_by"])
    codes = source.transformations.values_list("code", flat=True)
    entry.transformations.set(entry.edition.transformations.filter(code__in=codes))
    return _carry_answers(entry, source, by, now)


def _carry_answers(entry: Entry, source: Entry, by: User, now: datetime) -> CarriedOver:
    texts = dict(source.answers.exclude(text="").values_list("question__code", "text"))
    questions = [question for question in entry.edition.questions.all() if question.code in texts]
    Answer.objects.bulk_create(
        [
            Answer(entry=entry, question=question, text=texts[question.code], version=1, edited_at=now, edited_by=by)
            for question in questions
        ]
    )
    too_long = [
        question.title
        for question in questions
        if question.word_limit is not None and count_words(texts[question.code]) > question.word_limit
    ]
    return CarriedOver(source, len(questions), tuple(too_long))
