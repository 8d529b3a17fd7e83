"""A whole site with something in every list, small or large."""

from datetime import timedelta

from competitions.actions import reschedule_stage
from competitions.models import (
    AttachmentRule,
    Category,
    ChecklistItem,
    Criterion,
    Edition,
    Question,
    ReportedFigure,
    StageKind,
    Transformation,
)
from entries.actions.answers import save_answer
from entries.actions.comparing import compare_waiting
from entries.actions.entry import add_attachment, start_entry
from entries.actions.objections import raise_objection
from entries.actions.proposals import propose_rejection
from entries.actions.screening import ItemDecision
from entries.actions.submission import open_revision
from entries.actions.twins import state_different
from entries.actions.unit import return_unit
from entries.models import (
    District,
    Entry,
    LikelyTwin,
    Objection,
    ProposedRejection,
    ScreeningAnnouncement,
    ServiceUnit,
    TwinVerdict,
    UnitMember,
    UnitName,
    Village,
)
from entries.states import EntryStatus
from judging.actions.panel import appoint_judge, sign_pledge
from judging.actions.sheet import hand_in_assignment
from judging.models import Assignment
from kiks import clock
from kiks.invitations import invite, person_of
from kiks.models import LoginAttempt
from tests.factories.announcements import announced
from tests.factories.editions import make_edition
from tests.factories.entries import entry_at, make_agency, make_unit, member_of
from tests.factories.judging import mark_all, open_desk_round, published_edition
from tests.factories.pdf import tiny_pdf
from tests.factories.people import make_committee_user, make_user


class World:
    """A published edition, and one that runs: units and entries at every status, a round that is being judged.

    `size` is how many rows each list has at least.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.published = published_edition(
            {f"{number:03d}": str(60 + number) for number in range(1, size + 3)}, entries=size + 2, judges=size + 1
        )
        self.edition = self._edition()
        # One that has no announcement, so that its entries may stand anywhere.
        self.edition.stages.filter(kind=StageKind.SCREENING).delete()
        self.verdicts = self._verdicts()
        self.round = open_desk_round(entries=size + 1, judges=size + 1, edition=self.edition)
        self.committee = self.round.opened_by
        self.unit = make_unit(agency=make_agency(), committee=self.committee)
        self.owner = member_of(self.unit)
        self.announcements, self.objections = self._screened()
        self.entries = {status: self._entries(status) for status in EntryStatus if status != EntryStatus.DISQUALIFIED}
        self.revised = open_revision(self.entries[EntryStatus.SUBMITTED][-1], by=self.owner)
        self.proposals = [self._proposal() for _ in range(size)]
        self._attachments(self.entries[EntryStatus.DRAFT][0])
        self._twins(self.entries[EntryStatus.SUBMITTED][0])
        self._earlier_answers(self.entries[EntryStatus.DRAFT][0])
        self._units()
        self._judges()
        self._people()
        self._calendar()
        while compare_waiting():
            pass

    def _edition(self) -> Edition:
        edition = make_edition()
        for number in range(self.size):
            code, name = f"lain-{number}", f"Lain {number}"
            ReportedFigure.objects.create(edition=edition, key=code, value=number, sureness="S")
            Category.objects.create(edition=edition, code=code, name=name, position=number + 2)
            Transformation.objects.create(edition=edition, code=code, name=name)
            question = Question.objects.create(edition=edition, code=code, title=name, word_limit=50, position=9)
            AttachmentRule.objects.create(edition=edition, code=code, name=name, max_files=5, position=9)
            ChecklistItem.objects.create(edition=edition, code=code, label=name, failure_sentence=name, position=9)
            for instrument in edition.instruments.all():
                criterion = Criterion.objects.create(
                    instrument=instrument, code=code, name=name, weight=0, position=number + 5
                )
                criterion.questions.add(question)
        return edition

    def _entries(self, status: EntryStatus) -> list[Entry]:
        return [entry_at(status, edition=self.edition, unit=self.unit) for _ in range(self.size)]

    def _earlier_answers(self, entry: Entry) -> None:
        question = self.edition.questions.get(code="lain-0")
        for number in range(1, self.size + 1):
            text = " ".join(f"kata{number}-{place}" for place in range(9))
            save_answer(entry, by=self.owner, question=question, text=text, version=number)

    def _objection(self, entry: Entry) -> Objection:
        return raise_objection(entry, by=self.objector, text="Keliru.", document=tiny_pdf(f"bukti {entry.pk}"))

    def _screened(self) -> tuple[list[ScreeningAnnouncement], list[Objection]]:
        """An edition whose screening was announced in several versions, with objections that wait."""
        edition, unit = make_edition(year=2025), make_unit(agency=self.unit.agency, committee=self.committee)
        for _ in range(self.size):
            entry_at(EntryStatus.PASSED, edition=edition, unit=unit)
        failed = [entry_at(EntryStatus.REJECTED, edition=edition, unit=unit) for _ in range(self.size + 1)]
        made = [announced(edition) for _ in range(self.size)]
        # The last may still be objected to.
        self.objectionable, self.objector = failed.pop(), member_of(unit)
        return made, [self._objection(entry) for entry in failed]

    def _proposal(self) -> ProposedRejection:
        """A rejection that waits for a second person, by somebody else than `committee`."""
        entry = entry_at(EntryStatus.SUBMITTED, edition=self.edition, unit=self.unit)
        items = [ItemDecision(item, False, "Kurang bukti.") for item in self.edition.checklist.all()]
        return propose_rejection(entry, by=make_committee_user("Petugas"), items=items, expected_attempt=1)

    def _attachments(self, entry: Entry) -> None:
        for number in range(self.size * 2):
            content = tiny_pdf(f"lampiran {entry.pk} {number}")
            add_attachment(entry, by=self.owner, kind="support", name=f"{number}.pdf", content=content)

    def _twins(self, entry: Entry) -> None:
        for earlier in self.entries[EntryStatus.PASSED]:
            LikelyTwin.objects.create(
                innovation=entry.innovation,
                earlier=earlier.innovation,
                score=95,
                stated="different",
                stated_at=clock.now(),
                stated_by=self.owner,
            )

    def _verdicts(self) -> list[TwinVerdict]:
        """What was decided on entries of the edition, long ago: the newest events tell of other things."""
        officer = make_committee_user("Petugas")
        entries = [entry_at(EntryStatus.WITHDRAWN, edition=self.edition) for _ in range(self.size + 1)]
        return [
            state_different(entries[0].innovation, other.innovation, by=officer, reason="Layanannya lain.")
            for other in entries[1:]
        ]

    def _units(self) -> None:
        now = clock.now()
        self.waiting = [make_unit(verified=False) for _ in range(self.size)]
        self.returned = [
            return_unit(make_unit(verified=False), by=self.committee, reason="Surat belum terbaca.")
            for _ in range(self.size)
        ]
        for number in range(self.size):
            place = f"{self.unit.pk}-{number}"
            district = District.objects.create(code=f"kec-{place}", name=f"Kecamatan {place}")
            Village.objects.create(code=f"kel-{place}", name=f"Kelurahan {place}", district=district)
            ServiceUnit.objects.create(
                code=f"kenal-{place}", name=f"Unit Kenal {number}", kind="puskesmas", agency=self.unit.agency
            )
            UnitName.objects.create(unit=self.unit, name=f"Nama Lama {number}")
        # Members of several units, and several members of one unit.
        for unit in (*self.waiting, *self.returned):
            UnitMember.objects.create(unit=unit, user=self.owner, job_title="Staf", joined_at=now, joined_by=self.owner)
        for _ in range(self.size):
            colleague = make_user("Rekan Unit")
            UnitMember.objects.create(
                unit=self.unit, user=colleague, job_title="Staf", joined_at=now, joined_by=self.owner
            )

    def _judges(self) -> None:
        self.assignments = list(
            Assignment.objects.filter(judge__label="J1", round=self.round).order_by("entry__number")
        )
        self.judge = self.assignments[0].judge
        self.handed_in = self.assignments[-1]
        mark_all(self.handed_in)
        hand_in_assignment(self.handed_in, by=self.judge.user)
        self.idle_judge = make_user("Juri Baru")
        judge = appoint_judge(by=self.committee, edition=self.edition, user=self.idle_judge, institution="Kampus")
        sign_pledge(judge, by=self.idle_judge)

    def _people(self) -> None:
        self.invitations = [
            invite(
                person_of(email=f"tamu{self.unit.pk}-{number}@contoh.test", name="Tamu"),
                by=self.committee,
                purpose="panitia",
            )
            for number in range(self.size)
        ]
        for number in range(self.size):
            make_user("Orang Lain")
            LoginAttempt.objects.create(username=f"salah{number}@contoh.test", failures_since_start=3)
        unit = make_unit()
        self.newcomer = member_of(unit)
        start_entry(by=self.newcomer, unit=unit, edition=self.edition, innovation=None, short_name="BARU")

    def _calendar(self) -> None:
        self.stage = self.edition.stages.get(kind="announcement")
        for _ in range(self.size):
            self.stage = reschedule_stage(
                self.stage,
                by=self.committee,
                opens_at=self.stage.opens_at,
                closes_at=self.stage.closes_at + timedelta(days=1),
                reason="Hari libur.",
            )
