"""What every writing of an entry's working text begins with."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from entries.models import Entry, Innovation
from entries.permissions import check_can_write_entry, check_section_is_open
from kiks import audit, clock
from kiks.models import User


@contextmanager
def writing(entry: Entry, by: User, *sections: str) -> Iterator[tuple[Entry, datetime]]:
    """The entry under its lock, once the user may write these sections of it, and the moment of the writing.

    Writing a draft is no official act: no event is recorded, what counts is frozen at the submission.
    """
    with audit.act(by):
        Innovation.objects.select_for_update().get(pk=entry.innovation_id)
        entry = locked(entry)
        now = clock.now()
        check_can_write_entry(by, entry, now)
        for section in sections:
            check_section_is_open(entry, section)
        yield entry, now


def locked(entry: Entry) -> Entry:
    found = Entry.objects.select_for_update(of=["self"])
    return found.select_related("innovation__unit__agency", "edition", "category").get(pk=entry.pk)
