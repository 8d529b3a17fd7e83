"""Units and entries at a wanted status, reached through the real actions."""

from datetime import timedelta
from itertools import count

from competitions.models import Edition, StageKind
from entries.actions.answers import save_answers
from entries.actions.entry import add_attachment, save_identity, start_entry
from entries.actions.screening import ItemDecision, screen_entry
from entries.actions.submission import submit_entry, withdraw_entry
from entries.actions.unit import verify_unit
from entries.models import Agency, Entry, Innovation, ServiceUnit, UnitMember
from entries.states import EntryStatus, ScreeningOutcome, UnitStatus
from kiks import clock
from kiks.models import User
from tests.factories.editions import make_edition
from tests.factories.pdf import tiny_pdf
from tests.factories.people import make_committee_user, make_user

_number = count(1)
OUTCOMES = {
    EntryStatus.PASSED: ScreeningOutcome.PASSED,
    EntryStatus.RETURNED: ScreeningOutcome.RETURNED,
    EntryStatus.REJECTED: ScreeningOutcome.REJECTED,
}


def make_agency(name: str = "", kind: str = "dinas") -> Agency:
    number = next(_number)
    return Agency.objects.create(code=f"dinas-{number}", name=name or f"Dinas Uji {number}", kind=kind)


def make_unit(*, agency: Agency | None = None, committee: User | None = None, verified: bool = True) -> ServiceUnit:
    """A registered unit with one member, verified unless told otherwise."""
    number = next(_number)
    user = make_user("Anggota Unit")
    unit = ServiceUnit.objects.create(
        code=f"unit-{number}", name=f"Puskesmas Uji {number}", kind="puskesmas", agency=agency or make_agency()
    )
    unit.status, unit.registered_at, unit.registered_by = UnitStatus.REGISTERED, clock.now(), user
    unit.save(update_fields=["status", "registered_at", "registered_by"])
    UnitMember.objects.create(unit=unit, user=user, job_title="Kepala", joined_at=clock.now(), joined_by=user)
    return verify_unit(unit, by=committee or make_committee_user()) if verified else unit


def member_of(unit: ServiceUnit) -> User:
    return unit.members.get().user


def fill_entry(entry: Entry, by: User) -> Entry:
    """Complete the working text of an entry, so that it may be submitted."""
    edition = entry.edition
    entry = save_identity(
        entry,
        by=by,
        data={
            "initiated_on": clock.now().date() - timedelta(days=900),
            "trialled_on": clock.now().date() - timedelta(days=800),
            "implemented_on": clock.now().date() - timedelta(days=700),
            "category": edition.categories.first(),
            "team": "Tim Uji",
            "decree_number": "SK/1/2024",
            "video_url": "https://video.contoh.test/1",
        },
    )
    texts = {question.code: f"Jawaban {question.title} untuk uji." for question in edition.questions.all()}
    save_answers(entry, by=by, texts=texts)
    for kind in edition.attachment_rules.values_list("code", flat=True):
        add_attachment(entry, by=by, kind=kind, name=f"{kind}.pdf", content=tiny_pdf(f"{entry.pk} {kind}"))
    return entry


def entry_at(
    status: EntryStatus,
    *,
    edition: Edition | None = None,
    unit: ServiceUnit | None = None,
    innovation: Innovation | None = None,
) -> Entry:
    """An entry at `status`; edition, verified unit and innovation are made where they are not given."""
    edition = edition or make_edition(StageKind.SUBMISSION)
    unit = unit or make_unit()
    user = member_of(unit)
    number = next(_number)
    entry = start_entry(by=user, unit=unit, edition=edition, innovation=innovation, short_name=f"INOVASI {number}")
    entry = fill_entry(entry, user)
    if status == EntryStatus.DRAFT:
        return entry
    entry = submit_entry(entry, by=user, statement=True)
    if status == EntryStatus.WITHDRAWN:
        return withdraw_entry(entry, by=user)
    if status in OUTCOMES:
        screen(entry, OUTCOMES[status])
    entry.refresh_from_db()
    return entry


def screen(entry: Entry, outcome: ScreeningOutcome, by: User | None = None) -> None:
    """Decide every item of the checklist in the sense of the outcome."""
    passed = outcome == ScreeningOutcome.PASSED
    reason = "" if passed else "Berkas belum lengkap."
    screen_entry(
        entry,
        by=by or make_committee_user(),
        outcome=outcome,
        items=[ItemDecision(item=item, passed=passed, reason=reason) for item in entry.edition.checklist.all()],
        reason=reason,
        correction_due_at=clock.now() + timedelta(days=3) if outcome == ScreeningOutcome.RETURNED else None,
        expected_attempt=entry.screenings.count() + 1,
    )
