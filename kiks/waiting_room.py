"""Files that somebody has sent and not confirmed yet: private, and gone after two hours."""

from datetime import timedelta

from django.core.files.storage import default_storage
from django.utils import timezone

WAITING_ROOM = "imports"
KEPT_FOR = timedelta(hours=2)


def clear_waiting_room() -> None:
    """Throw away files whose preview nobody confirmed in time."""
    if not default_storage.exists(WAITING_ROOM):
        return
    oldest = timezone.now() - KEPT_FOR
    for name in default_storage.listdir(WAITING_ROOM)[1]:
        if default_storage.get_modified_time(f"{WAITING_ROOM}/{name}") < oldest:
            default_storage.delete(f"{WAITING_ROOM}/{name}")
