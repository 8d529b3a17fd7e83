"""The stages of editions as events of a calendar."""

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db.models import Count

from competitions.models import Edition, Stage
from kiks.calendar_files import CalendarEvent
from kiks.formats import indonesian_datetime


def stage_events(editions: Iterable[Edition]) -> Iterator[CalendarEvent]:
    """One event for each stage; a stage that was moved is the same event with a higher sequence."""
    stages = Stage.objects.filter(edition__in=[edition.pk for edition in editions])
    for stage in stages.select_related("edition").annotate(moved=Count("changes")).order_by("opens_at", "pk"):
        yield CalendarEvent(
            uid=f"{stage.edition.code}.{stage.kind}@kiks.sukabumikota",
            starts_at=stage.opens_at,
            ends_at=stage.closes_at,
            title=f"{stage.get_kind_display()} – {stage.edition.name}",
            text=f"Ditutup {indonesian_datetime(stage.closes_at)}. {settings.BASE_URL}/aturan/",
            sequence=stage.moved,
        )
