"""The made-up editions: calendar, form, checklist, instruments, rounds."""

from competitions.actions import adopt_instrument, confirm_edition_rules, confirm_instrument, open_edition
from competitions.attachments import STANDARD_ATTACHMENTS
from competitions.checklist import MachineRule
from competitions.models import AttachmentRule, Category, ChecklistItem, Edition, Stage, Transformation
from judging.actions.round import confirm_shares
from judging.demo.calendar import Calendar
from judging.demo.script import DemoEdition, DemoScript
from judging.models import Round, RoundComponent, RoundInstrument, TieBreaker
from judging.states import RoundKind
from kiks.mail.checks import mail_is_tested, send_test_mail
from kiks.models import User

SOURCE = "Contoh: Keputusan Kepala Bagian Organisasi Nomor 12 (data contoh)"


def make_year(script: DemoScript, row: DemoEdition, calendar: Calendar, by: User) -> tuple[Edition, dict[str, Round]]:
    """An edition with its rounds, everything confirmed, opened to the public."""
    edition = make_edition(script, row, calendar, by)
    rounds = make_rounds(edition, row, by)
    if not mail_is_tested():
        send_test_mail(by=by)
    return open_edition(edition, by=by), rounds


def make_edition(script: DemoScript, row: DemoEdition, calendar: Calendar, by: User) -> Edition:
    """An edition with its calendar, form, checklist and confirmed instruments."""
    edition = Edition.objects.create(
        code=row.code,
        year=row.year,
        name=row.name,
        theme=row.theme,
        prize=row.prize,
        venue=row.venue,
        presentation_on=calendar.at(29).date(),
        participation_limit=row.participation_limit,
        minimum_age_months=row.minimum_age_months,
        unit_limit=row.unit_limit,
        is_demo=True,
    )
    _stages(edition, row, calendar)
    _form(edition, script, row)
    for code in ("kipp-2022", "kijb", "presentation"):
        confirm_instrument(adopt_instrument(edition, code, by=by), by=by, source=SOURCE)
    return confirm_edition_rules(edition, by=by, source=SOURCE)


def _stages(edition: Edition, row: DemoEdition, calendar: Calendar) -> None:
    for stage in row.stages:
        Stage.objects.create(
            edition=edition,
            kind=stage.kind,
            opens_at=calendar.boundary(stage.opens_day),
            closes_at=calendar.boundary(stage.closes_day),
        )


def _form(edition: Edition, script: DemoScript, row: DemoEdition) -> None:
    for position, category in enumerate(row.categories, 1):
        Category.objects.create(edition=edition, code=category.code, name=category.name, position=position)
    for transformation in row.transformations:
        Transformation.objects.create(edition=edition, code=transformation.code, name=transformation.name)
    for position, rule in enumerate(STANDARD_ATTACHMENTS, 1):
        AttachmentRule.objects.create(edition=edition, position=position, **rule._asdict())
    for position, item in enumerate(script.checklist, 1):
        ChecklistItem.objects.create(
            edition=edition,
            code=item.code,
            label=item.label,
            failure_sentence=item.failure_sentence,
            machine_rule=MachineRule(item.machine_rule) if item.machine_rule else "",
            position=position,
        )


def make_rounds(edition: Edition, row: DemoEdition, by: User) -> dict[str, Round]:
    """Desk (KIPP and KIJB, half and half), presentation, and the final of 60 and 40 per cent; shares confirmed."""
    stages = {stage.kind: stage for stage in edition.stages.all()}
    desk = Round.objects.create(
        edition=edition,
        code="desk",
        name="Penilaian proposal",
        kind=RoundKind.DESK,
        stage=stages["judging"],
        cutoff=row.cutoff,
        minimum_judges=2,
    )
    presentation = Round.objects.create(
        edition=edition,
        code="presentation",
        name="Presentasi dan wawancara",
        kind=RoundKind.PRESENTATION,
        stage=stages["presentation"],
        source=desk,
        minimum_judges=2,
    )
    final = Round.objects.create(
        edition=edition, code="final", name="Nilai akhir", kind=RoundKind.FINAL, cutoff=row.winners
    )
    instruments = {instrument.code: instrument for instrument in edition.instruments.all()}
    _share(desk, {instruments["kipp-2022"]: 50, instruments["kijb"]: 50})
    _share(presentation, {instruments["presentation"]: 100})
    for position, (source, share) in enumerate([(desk, 60), (presentation, 40)], 1):
        RoundComponent.objects.create(round=final, source=source, share=share, position=position)
    for position, code in enumerate(("signifikansi", "ide-inovatif"), 1):
        criterion = instruments["kipp-2022"].criteria.get(code=code)
        TieBreaker.objects.create(round=desk, position=position, criterion=criterion)
    for position, source in enumerate((presentation, desk), 1):
        TieBreaker.objects.create(round=final, position=position, source=source)
    rounds = {"desk": desk, "presentation": presentation, "final": final}
    return {code: confirm_shares(round_, by=by, source=SOURCE) for code, round_ in rounds.items()}


def _share(round_: Round, shares: dict) -> None:
    for position, (instrument, share) in enumerate(shares.items(), 1):
        RoundInstrument.objects.create(round=round_, instrument=instrument, share=share, position=position)
