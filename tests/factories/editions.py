"""An edition that is ready to run: stages around now, a small form, two instruments."""

from datetime import timedelta
from itertools import count

from competitions.attachments import STANDARD_ATTACHMENTS
from competitions.models import (
    AttachmentRule,
    Category,
    ChecklistItem,
    Criterion,
    Edition,
    Instrument,
    Question,
    Stage,
    StageKind,
)
from kiks import clock
from tests.factories.people import make_user

_number = count(1)
ORDER = [kind for kind in StageKind if kind != StageKind.REGISTRATION]


def make_edition(current: StageKind = StageKind.SUBMISSION, **fields: object) -> Edition:
    """An edition whose stage `current` is open; registration is open as long as submission is."""
    number = next(_number)
    now = clock.now()
    texts = {"code": f"kiks-uji-{number}", "year": 2026, "name": f"KIKS Uji {number}", "theme": "Tema uji"}
    # Where a test is about the second person, it says so.
    texts |= {"rejection_needs_second": False}
    opened = {"opened_at": now, "opened_by": make_user("Pembuka Edisi")}
    edition = Edition.objects.create(**texts | opened | fields)
    for index, kind in enumerate(ORDER):
        days = (index - ORDER.index(current)) * 10 if current in ORDER else (index + 1) * 10
        Stage.objects.create(
            edition=edition,
            kind=kind,
            opens_at=now + timedelta(days=days - 5),
            closes_at=now + timedelta(days=days + 5),
        )
    submission = edition.stages.get(kind=StageKind.SUBMISSION)
    Stage.objects.create(
        edition=edition,
        kind=StageKind.REGISTRATION,
        opens_at=submission.opens_at - timedelta(days=20),
        closes_at=submission.closes_at,
    )
    make_form(edition)
    return edition


def make_form(edition: Edition) -> None:
    """One category, two questions, a checklist, two confirmed instruments (60 and 40 of a blend)."""
    Category.objects.create(edition=edition, code="umum", name="Umum")
    for position, rule in enumerate(STANDARD_ATTACHMENTS, 1):
        AttachmentRule.objects.create(edition=edition, position=position, **rule._asdict())
    for position, (code, title, limit) in enumerate([("ringkasan", "Ringkasan", 20), ("dampak", "Dampak", 50)], 1):
        Question.objects.create(edition=edition, code=code, title=title, word_limit=limit, position=position)
    ChecklistItem.objects.create(
        edition=edition, code="umur", label="Umur penerapan", failure_sentence="Belum cukup umur.", machine_rule="age"
    )
    make_instrument(edition, "kipp", {"ide": 45, "signifikansi": 55})
    make_instrument(edition, "kijb", {"kebaruan": 100})


def make_instrument(edition: Edition, code: str, weights: dict[str, int]) -> Instrument:
    instrument = Instrument.objects.create(edition=edition, code=code, name=code.upper())
    for position, (criterion, weight) in enumerate(weights.items(), 1):
        Criterion.objects.create(
            instrument=instrument, code=criterion, name=criterion.capitalize(), weight=weight, position=position
        )
    return instrument
