"""Many complete drafts at once, and threads that do something with them at the same moment."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from threading import Barrier, BoundedSemaphore, Thread

from django.db import connection

from competitions.models import Edition
from entries.models import Answer, Attachment, Entry, Innovation, ServiceUnit
from kiks import audit, clock, storage
from kiks.models import User
from tests.factories.entries import make_unit, member_of
from tests.factories.pdf import tiny_pdf

SECONDS_TO_FINISH = 120
# Connections that the rush leaves to the test itself and to whoever else uses the server.
LEFT_FREE = 20


def drafts_in_bulk(edition: Edition, number: int, *, units: int = 10) -> list[Entry]:
    """Complete drafts of `units` verified units; written row by row through the actions they would take a minute."""
    homes = [make_unit() for _ in range(units)]
    with audit.act(member_of(homes[0])):
        entries = _entries(edition, [homes[place % units] for place in range(number)])
        _write(edition, entries)
    return entries


def _entries(edition: Edition, homes: list[ServiceUnit]) -> list[Entry]:
    today, category = clock.now().date(), edition.categories.first()
    innovations = Innovation.objects.bulk_create(
        Innovation(
            unit=unit,
            short_name=f"INOVASI {place:03d}",
            initiated_on=today - timedelta(days=900),
            trialled_on=today - timedelta(days=800),
            implemented_on=today - timedelta(days=700),
        )
        for place, unit in enumerate(homes)
    )
    return Entry.objects.bulk_create(
        Entry(innovation=innovation, edition=edition, category=category, video_url="https://video.contoh.test/1")
        for innovation in innovations
    )


def _write(edition: Edition, entries: list[Entry]) -> None:
    document = storage.store(tiny_pdf("lampiran"), content_type="application/pdf")
    questions = list(edition.questions.all())
    kinds = list(edition.attachment_rules.filter(is_required=True).values_list("code", flat=True))
    now = clock.now()
    authors = {entry.innovation.unit_id: author_of(entry) for entry in entries}
    Answer.objects.bulk_create(
        Answer(
            entry=entry,
            question=question,
            text=f"Jawaban {question.title} dari usulan {entry.pk}.",
            version=1,
            edited_at=now,
            edited_by=authors[entry.innovation.unit_id],
        )
        for entry in entries
        for question in questions
    )
    Attachment.objects.bulk_create(
        Attachment(
            entry=entry,
            kind=kind,
            name=f"{kind}.pdf",
            document=document,
            uploaded_at=now,
            uploaded_by=authors[entry.innovation.unit_id],
        )
        for entry in entries
        for kind in kinds
    )


def author_of(entry: Entry) -> User:
    return member_of(entry.innovation.unit)


def connections_to_spare() -> int:
    """How many connections the server still gives to a test."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"
            " - (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')"
        )
        return cursor.fetchone()[0] - LEFT_FREE


class Rush:
    """Every act in a thread and with a connection of its own, all let loose at once.

    Where the server gives fewer connections than there are acts, the acts share what there is.
    """

    def __init__(self, acts: Iterable[Callable[[], None]]) -> None:
        acts = list(acts)
        self._start = Barrier(len(acts) + 1)
        self._places = BoundedSemaphore(max(2, min(len(acts), connections_to_spare())))
        self._failures: list[Exception] = []
        self._threads = [Thread(target=self._run, args=[act], daemon=True) for act in acts]
        for thread in self._threads:
            thread.start()

    def _run(self, act: Callable[[], None]) -> None:
        self._start.wait(timeout=SECONDS_TO_FINISH)
        with self._places:
            try:
                act()
            except Exception as failure:  # told by `finish`, in the thread of the test
                self._failures.append(failure)
            finally:
                connection.close()

    def begin(self) -> None:
        self._start.wait(timeout=SECONDS_TO_FINISH)

    def finish(self) -> None:
        for thread in self._threads:
            thread.join(timeout=SECONDS_TO_FINISH)
        assert [thread for thread in self._threads if thread.is_alive()] == []
        assert self._failures == []
