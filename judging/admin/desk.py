"""What of the rounds stands on the dashboard: who is behind, ties, papers, and where each round stands."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from competitions.queries import current_edition
from judging.control_room import RoundRoom, rooms_of
from judging.models import OfficialRecord
from judging.states import RecordKind, RecordStatus, RoundStatus
from kiks.admin_site import Waiting, site


def waiting_rounds(request: HttpRequest) -> Iterator[Waiting]:
    edition = current_edition()
    if edition is None:
        return
    for room in rooms_of(edition):
        yield from _of_round(room)
    yield Waiting(
        label="Berita acara menunggu tanda tangan",
        count=OfficialRecord.objects.filter(edition=edition, status=RecordStatus.ISSUED)
        .exclude(kind=RecordKind.RECAP)
        .count(),
        url=f"{reverse('admin:judging_officialrecord_changelist')}?status__exact={RecordStatus.ISSUED}",
    )


def _of_round(room: RoundRoom) -> Iterator[Waiting]:
    url, name = reverse("admin:judging_room", args=[room.round.pk]), room.round.name
    if room.round.status == RoundStatus.OPEN:
        behind = room.behind
        yield Waiting(
            label=f"Juri yang belum menyerahkan {name}",
            count=len(behind),
            url=url,
            tone="warn",
            note=", ".join(f"{judge.label} {judge.user.name} ({owed} usulan)" for judge, owed in behind),
        )
    if room.round.status == RoundStatus.SETTLING:
        ties = sum(1 for sentence in room.blockers if "sama" in sentence)
        yield Waiting(label=f"Nilai sama yang harus diputuskan pada {name}", count=ties, url=url, tone="warn")
        yield Waiting(label=f"Hasil {name} menunggu penetapan", count=0 if room.blockers else 1, url=url)
    yield Waiting(
        label=f"Berita acara {name} menunggu diterbitkan", count=len(room.waiting_records), url=url, tone="warn"
    )


def panel_of_rounds(request: HttpRequest) -> dict[str, Any] | None:
    """The dashboard's panel: where each round of the running edition stands."""
    edition = current_edition()
    if edition is None or not (rooms := rooms_of(edition)):
        return None
    return {"template": "admin/judging/_desk_panel.html", "edition": edition, "rooms": rooms}


site.add_waiting(waiting_rounds)
site.add_panel(panel_of_rounds)
