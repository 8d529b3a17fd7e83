"""What the people of the made-up edition do, each through the real action and in the right role."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils.text import slugify

from competitions.models import Edition
from entries.actions.answers import save_answer, save_answers
from entries.actions.entry import add_attachment, save_identity, start_entry
from entries.actions.proposals import confirm_rejection, propose_rejection
from entries.actions.screening import ItemDecision, screen_entry
from entries.actions.submission import submit_entry
from entries.actions.unit import UnitData, register_unit, verify_unit
from entries.models import Entry, Innovation, Participation, ServiceUnit
from entries.screening_queries import machine_findings
from entries.states import ScreeningOutcome, UnitStatus
from judging.demo.calendar import Calendar
from judging.demo.cast import Cast
from judging.demo.choosing import DemoInnovation, Flaw
from judging.demo.script import DemoScript, DemoUnit
from judging.demo.writing import proposal
from kiks import audit, clock
from kiks.pdf import render_pdf

# What the officer finds in the papers, by planted flaw: the item that fails, and why.
FOUND = {
    Flaw.UNDER_AGE: (
        "umur",
        "Surat pernyataan implementasi menunjukkan penerapan baru dimulai {months} bulan sebelum pengajuan ditutup.",
    ),
    Flaw.THIRD_PARTICIPATION: (
        "keikutsertaan",
        "Inovasi ini sama dengan {former} yang sudah dua kali ikut serta.",
    ),
    Flaw.SAME_TEXT_AS: ("keaslian", "Isi usulan sama dengan usulan lain dari unit yang berbeda."),
    Flaw.NO_SK: ("nomor-sk", "Nomor SK atau surat pernyataan inovator tidak tercantum."),
    Flaw.VIDEO_MISSING: ("video", "Tautan video tidak dapat dibuka."),
}


@dataclass
class Play:
    """One playing of one edition; `say` tells the person at the keyboard how far it is."""

    script: DemoScript
    edition: Edition
    calendar: Calendar
    cast: Cast
    say: Callable[[str], None]
    papers: dict[str, bytes] = field(default_factory=dict)

    def paper(self, title: str) -> bytes:
        """A made-up PDF, rendered once for all entries."""
        if title not in self.papers:
            self.papers[title] = render_pdf("demo_paper.html", {"title": title})
        return self.papers[title]


def register(play: Play, units: Iterable[DemoUnit], day: int) -> None:
    """Units that are not registered yet register, and are verified the day after."""
    known = {unit.code: unit for unit in ServiceUnit.objects.select_related("agency", "village")}
    waiting = [row for row in units if known[row.code].status == UnitStatus.KNOWN]
    for order, row in enumerate(waiting):
        unit = known[row.code]
        user = play.cast.person(row.email, row.contact)
        with clock.shifted_to(play.calendar.at(day + order // 6, order * 7 % 400)):
            register_unit(
                by=user,
                account=None,
                unit=unit,
                data=UnitData(
                    name=unit.name,
                    kind=unit.kind,
                    agency=unit.agency,
                    village=unit.village,
                    email=f"kantor-{row.code}@upp.example",
                    phone="",
                ),
                job_title="Penanggung jawab layanan",
                employee_number="",
                letter=play.paper("Surat penunjukan"),
            )
        with clock.shifted_to(play.calendar.at(day + order // 6 + 1, order * 5 % 300)):
            verify_unit(unit, by=play.cast.committee[2 + order % 2])
    play.say(f"{len(waiting)} UPP terdaftar dan terverifikasi")


def remember(innovation: DemoInnovation, earlier: Edition, unit: ServiceUnit) -> Innovation:
    """The same innovation as it was entered before, under the name that it had then."""
    past = next(row for row in innovation.earlier if row.edition == earlier.code)
    with audit.act(unit.verified_by):
        found = Innovation.objects.create(unit=unit, short_name=past.short_name, expansion=past.expansion, is_demo=True)
        Participation.objects.create(innovation=found, edition=earlier, ordinal=1, is_imported=True)
    return found


def enter(play: Play, innovation: DemoInnovation, *, again: Innovation | None, day: int, submit: bool = True) -> Entry:
    """The unit writes the whole proposal and, unless told otherwise, submits it."""
    unit = ServiceUnit.objects.get(code=innovation.unit_code)
    user = unit.members.get().user
    with clock.shifted_to(play.calendar.at(day, innovation.index * 3)):
        entry = start_entry(
            by=user,
            unit=unit,
            edition=play.edition,
            innovation=again,
            short_name=innovation.short_name,
            expansion=innovation.expansion,
        )
        entry = save_identity(entry, by=user, data=identity(play, innovation, entry))
        texts = {
            question.code: proposal(play.script.seed, innovation, question.code)
            for question in play.edition.questions.all()
        }
        save_answers(entry, by=user, texts=texts)
        for rule in play.edition.attachment_rules.filter(is_required=True):
            name = f"{slugify(rule.name)}.pdf"
            add_attachment(entry, by=user, kind=rule.code, name=name, content=play.paper(rule.name))
        if submit:
            entry = submit_entry(entry, by=user, statement=True)
    return entry


def identity(play: Play, innovation: DemoInnovation, entry: Entry) -> dict[str, object]:
    """The dates are what the unit claims: a planted innovation under age claims to be old enough."""
    months = max(innovation.implemented_months, play.edition.minimum_age_months + 1)
    trialled = max(innovation.trialled_months, months + 1)
    video = "tidak-ada" if innovation.flaw == Flaw.VIDEO_MISSING else f"inovasi-{innovation.index + 1:03d}"
    return {
        "short_name": innovation.short_name,
        "expansion": innovation.expansion,
        "initiated_on": play.calendar.months_before(max(innovation.initiated_months, trialled + 1)),
        "trialled_on": play.calendar.months_before(trialled),
        "implemented_on": play.calendar.months_before(months),
        "is_digital": innovation.is_digital,
        "category": play.edition.categories.filter(code=innovation.category_code).first(),
        "transformations": list(play.edition.transformations.filter(code=innovation.transformation_code)),
        "tpb": list(innovation.tpb),
        "team": f"Tim inovator {innovation.unit_name} (data contoh)",
        "decree_number": ""
        if innovation.flaw == Flaw.NO_SK
        else f"800/{innovation.index + 101}/contoh/{play.edition.year - 1}",
        "video_url": f"https://video.example/{video}",
    }


def screen(play: Play, entries: list[tuple[Entry, DemoInnovation]], day: int, *, waiting: int = 0) -> None:
    """Two officers screen; the planted flaws are found, everything else passes.

    Each confirms what the other proposes to refuse, but for the last `waiting` proposals.
    """
    proposals = []
    for order, (entry, innovation) in enumerate(entries):
        fails = FOUND.get(innovation.flaw)
        # As it stands by now: a verdict may have taken its participation since it was sent.
        current = Entry.objects.get(pk=entry.pk)
        seen = {"by": play.cast.committee[2 + order % 2], "items": decisions(current, innovation, fails)}
        with clock.shifted_to(play.calendar.at(day + order // 40, order % 40 * 10)):
            if fails:
                proposals.append((order, propose_rejection(current, expected_attempt=1, **seen)))
            else:
                screen_entry(current, outcome=ScreeningOutcome.PASSED, expected_attempt=1, **seen)
    confirmed = proposals[: len(proposals) - waiting]
    for order, found in confirmed:
        with clock.shifted_to(play.calendar.at(day + len(entries) // 40, 420 + order // 4)):
            confirm_rejection(found, by=play.cast.committee[3 - order % 2])
    play.say(
        f"{len(entries)} usulan diperiksa, {len(entries) - len(proposals)} lolos seleksi administrasi,"
        f" {len(proposals) - len(confirmed)} usul penolakan menunggu orang kedua"
    )


def decisions(entry: Entry, innovation: DemoInnovation, fails: tuple[str, str] | None) -> list[ItemDecision]:
    """Every item as the machine found it; what only a person sees passes, the planted flaw fails."""
    findings = machine_findings(entry)
    made = []
    for item in entry.edition.checklist.all():
        finding = findings[item.code]
        if fails and item.code == fails[0]:
            former = innovation.earlier[0].short_name if innovation.earlier else ""
            reason = fails[1].format(months=innovation.implemented_months, former=former)
            made.append(ItemDecision(item=item, passed=False, reason=reason))
        else:
            made.append(ItemDecision(item=item, passed=finding.passed is not False, reason=finding.reason))
    return made


def draft(play: Play, innovation: DemoInnovation, again: Innovation | None, day: int) -> Entry:
    """A proposal that its unit has not finished: the last question is still empty."""
    entry = enter(play, innovation, again=again, day=day, submit=False)
    question = play.edition.questions.last()
    answer = entry.answers.get(question=question)
    user = entry.edited_by
    with clock.shifted_to(play.calendar.at(day, innovation.index * 3) + timedelta(minutes=30)):
        save_answer(entry, by=user, question=question, text="", version=answer.version)
    return entry
