"""When the screening of an edition may be announced, and until when its units may object then."""

from datetime import datetime

from competitions.models import Edition, StageKind
from competitions.queries import stage_of
from entries.announcements import (
    counts_of,
    end_of_objections,
    objection_sentences,
    standing,
    undecided_sentences,
)
from kiks.exceptions import RuleBrokenError
from kiks.formats import indonesian_datetime
from kiks.texts import sha256_of, to_json


def check_can_announce(edition: Edition, *, moment: datetime, now: datetime, reason: str = "") -> None:
    """RuleBrokenError with a sentence for everything that stands in the way."""
    found = [*announcement_blockers(edition, now), *faults_of_moment(edition, moment, now)]
    if edition.screening_announcements.exists() and not reason.strip():
        found.append("Pengumuman untuk edisi ini sudah pernah dibuat. Tulis alasan versi baru.")
    if found:
        raise RuleBrokenError(*found)


def announcement_blockers(edition: Edition, now: datetime) -> list[str]:
    """What must be done before an announcement, whatever its moment."""
    submission = stage_of(edition, StageKind.SUBMISSION)
    counts = counts_of(edition)
    found = [*undecided_sentences(counts)]
    if submission and now < submission.closes_at:
        found.append(f"Pengajuan usulan masih dibuka sampai {indonesian_datetime(submission.closes_at)}.")
    if not counts.received:
        found.append("Belum ada usulan yang diterima pada edisi ini.")
    newest = standing(edition).first()
    if newest is None:
        return found
    if newest.visible_from > now:
        found.append(
            f"Pengumuman {newest.number} menunggu terbit {indonesian_datetime(newest.visible_from)}."
            " Batalkan dahulu bila harus diganti."
        )
    return [*found, *objection_sentences(edition, _window_of(edition), now)]


def outcome_digest(edition: Edition) -> str:
    """A digest of how every entry of the edition stands, by status and version."""
    entries = edition.entries.exclude(number="").order_by("pk").values_list("pk", "status", "current_version_id")
    return sha256_of(to_json([list(row) for row in entries]))


def window_for(edition: Edition, moment: datetime) -> datetime | None:
    """Until when units may object: as the first version set it, else counted from `moment`."""
    return _window_of(edition) if standing(edition).exists() else end_of_objections(edition, moment)


def _window_of(edition: Edition) -> datetime | None:
    return standing(edition).order_by("version").values_list("objections_until", flat=True).first()


def faults_of_moment(edition: Edition, moment: datetime, now: datetime) -> list[str]:
    if moment < now:
        return [f"Saat terbit {indonesian_datetime(moment)} sudah lewat. Pilih saat mulai dari sekarang."]
    judging, until = stage_of(edition, StageKind.JUDGING), window_for(edition, moment)
    if judging and until and until > judging.opens_at and not standing(edition).exists():
        return [
            f"Masa sanggah akan berakhir {indonesian_datetime(until)}, setelah penilaian dibuka"
            f" {indonesian_datetime(judging.opens_at)}. Pilih saat terbit yang lebih awal, atau ubah jadwal penilaian."
        ]
    return []
