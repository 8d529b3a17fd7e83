"""Saving an answer: over HTTP with eight writers, and the action alone against one UPDATE that is made durable."""

from collections.abc import Iterator
from itertools import count
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.urls import reverse

from competitions.models import Edition
from entries.actions.answers import save_answer
from entries.models import Answer, Entry
from tests.bench.measuring import Row, Visitor, at_once, compared, percentile, timed
from tests.factories.people import client_of
from tests.factories.rush import author_of, drafts_in_bulk

WRITERS, SAVES = 8, 60
TEXT = "Pelayanan yang tadinya lima hari kini selesai dalam satu jam, dan warga tidak perlu datang lagi. " * 20
CSRF = "0123456789abcdefghijklmnopqrstuv"


class Writer:
    """A unit's member who types: every save counts on from the version that the last one made."""

    def __init__(self, port: int, entry: Entry) -> None:
        client = client_of(author_of(entry))
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}"
        self.visitor = Visitor(port, {"Cookie": cookie, "X-CSRFToken": CSRF, "Host": "localhost"})
        self.path = reverse("entries:save_answer", args=[entry.pk, "dampak"])
        self._versions = count(1)

    def save(self) -> None:
        version = next(self._versions)
        body = urlencode({"text": f"{TEXT}{version}", "version": version})
        self.visitor.ask("POST", self.path, 200, body)

    def knock(self) -> None:
        """The least that the same server does for somebody who is logged in: it refuses the method."""
        self.visitor.ask("GET", self.path, 405)


def over_http(edition: Edition, port: int) -> Iterator[Row]:
    writers = [Writer(port, entry) for entry in drafts_in_bulk(edition, WRITERS, units=WRITERS)]
    saves, knocks = [writer.save for writer in writers], [writer.knock for writer in writers]
    at_once(knocks, 10)
    at_once(saves, 5)
    floor, floor_again, found = [], [], []
    for _ in range(3):
        floor += at_once(knocks, SAVES // 3)
        found += at_once(saves, SAVES // 3)
        floor_again += at_once(knocks, SAVES // 3)
    trivial = "trivial request, logged in"
    for share in (0.5, 0.99):
        low, again = percentile(floor, share), percentile(floor_again, share)
        yield Row(f"noise: the floor against itself, p{share * 100:.0f}", trivial, low, again, again / low)
    for share, target in ((0.5, 10), (0.99, 10)):
        low, high = percentile(floor, share), percentile(found, share)
        yield Row(f"save over HTTP, 8 writers, p{share * 100:.0f}", trivial, low, high, high / low, target)
    alone = [timed(writers[0].save) for _ in range(SAVES)]
    low, high = percentile(alone, 0.5), percentile(found, 0.5)
    yield Row("save over HTTP, 8 writers against 1, p50", "the same alone", low, high, high / low, None, "one core")
    for writer in writers:
        writer.visitor.close()


def the_action(edition: Edition) -> Iterator[Row]:
    """Without HTTP: locks, permission, version, one write."""
    (entry,) = drafts_in_bulk(edition, 1, units=1)
    author, question = author_of(entry), edition.questions.get(code="dampak")
    answer = Answer.objects.get(entry=entry, question=question)
    versions = count(answer.version)

    def save() -> None:
        for _ in range(20):
            save_answer(entry, by=author, question=question, text=TEXT, version=next(versions))

    def update() -> None:
        for _ in range(20):
            with connection.cursor() as cursor:
                cursor.execute("UPDATE kiks_user SET name = name || %s WHERE id = %s", ["", author.pk])

    yield compared("save_answer, the action alone, ×20", "one durable UPDATE, ×20", update, save)
