"""Who may change the rulebook and the calendar, and when something is open."""

from datetime import datetime

from competitions.models import Edition, Instrument, Stage, StageKind
from kiks.access import check_is_committee
from kiks.exceptions import RuleBrokenError
from kiks.formats import indonesian_datetime
from kiks.models import User


def check_stage_open(edition: Edition, kind: StageKind, now: datetime) -> None:
    """Raise RuleBrokenError unless the stage is open: `opens_at <= now < closes_at`."""
    stage = edition.stages.filter(kind=kind).first()
    if stage is None:
        raise RuleBrokenError(
            f"{StageKind(kind).label} belum dijadwalkan. Hubungi panitia bila Anda memerlukan penjelasan."
        )
    if now < stage.opens_at:
        raise RuleBrokenError(f"{stage} baru dibuka {indonesian_datetime(stage.opens_at)}.")
    if now >= stage.closes_at:
        raise RuleBrokenError(
            f"{stage} sudah ditutup {indonesian_datetime(stage.closes_at)}."
            " Hubungi panitia bila Anda memerlukan penjelasan."
        )


def check_can_confirm_instrument(user: User, instrument: Instrument) -> None:
    check_is_committee(user)
    if instrument.edition_id is None:
        raise RuleBrokenError("Instrumen pustaka tidak dikonfirmasi. Salin dahulu ke edisi yang memakainya.")
    if instrument.confirmed_at is not None:
        raise RuleBrokenError(
            f"Instrumen ini sudah dikonfirmasi {instrument.confirmed_by} pada"
            f" {indonesian_datetime(instrument.confirmed_at)}."
        )


def check_can_revoke_confirmation(user: User, instrument: Instrument) -> None:
    """A round that is open keeps its instruments: the database refuses it, whatever this says."""
    check_is_committee(user)
    if instrument.confirmed_at is None:
        raise RuleBrokenError("Instrumen ini belum dikonfirmasi, sehingga masih dapat diubah.")


def check_can_edit_instrument(user: User, instrument: Instrument) -> None:
    check_is_committee(user)
    if instrument.confirmed_at is not None:
        raise RuleBrokenError("Instrumen ini sudah dikonfirmasi. Cabut konfirmasinya sebelum mengubah kriteria.")


def check_can_confirm_edition_rules(user: User, edition: Edition) -> None:
    check_is_committee(user)
    if edition.is_history:
        raise RuleBrokenError("Edisi ini hanya dicatat sebagai riwayat; aturannya tidak dikonfirmasi di sini.")
    if edition.rules_confirmed_at is not None:
        raise RuleBrokenError(
            f"Aturan edisi ini sudah dikonfirmasi {edition.rules_confirmed_by} pada"
            f" {indonesian_datetime(edition.rules_confirmed_at)}."
        )


def check_can_revoke_edition_rules(user: User, edition: Edition) -> None:
    check_is_committee(user)
    if edition.rules_confirmed_at is None:
        raise RuleBrokenError("Aturan edisi ini belum dikonfirmasi, sehingga masih dapat diubah.")


def check_can_adopt_instrument(user: User, edition: Edition) -> None:
    check_is_committee(user)
    if edition.is_history:
        raise RuleBrokenError("Edisi riwayat tidak dinilai di sini, sehingga tidak memakai instrumen.")


def check_can_add_checklist(user: User, edition: Edition) -> None:
    check_can_edit_rules(user, edition)
    if edition.checklist.exists():
        raise RuleBrokenError("Edisi ini sudah memiliki daftar butir seleksi. Ubah butirnya satu per satu.")


def check_can_reschedule_stage(user: User, stage: Stage) -> None:
    check_is_committee(user)
    if stage.edition.is_history:
        raise RuleBrokenError("Kalender edisi riwayat tidak dapat diubah.")
    if stage.edition.opened_at is None:
        raise RuleBrokenError("Edisi ini belum dibuka, jadi jadwalnya diubah langsung di halaman edisi tanpa alasan.")


def check_can_edit_calendar(user: User, edition: Edition) -> None:
    """Dates that nobody has seen yet are typed over; published ones move by an act with a reason."""
    check_is_committee(user)
    if edition.opened_at is not None:
        raise RuleBrokenError("Edisi ini sudah dibuka. Ubah jadwal lewat “Ubah jadwal”, dengan alasan.")


def check_can_edit_rules(user: User, edition: Edition) -> None:
    check_is_committee(user)
    if edition.rules_confirmed_at is not None:
        raise RuleBrokenError(
            f"Aturan edisi ini sudah dikonfirmasi {edition.rules_confirmed_by} pada"
            f" {indonesian_datetime(edition.rules_confirmed_at)}. Cabut konfirmasinya sebelum mengubah aturan."
        )


def check_can_copy_edition(user: User, edition: Edition) -> None:
    check_is_committee(user)
    if edition.is_history:
        raise RuleBrokenError(
            "Edisi riwayat hanya dicatat: kalender dan instrumennya tidak ada di sini. Salin dari edisi lain."
        )


def check_can_open_edition(user: User, edition: Edition) -> None:
    check_is_committee(user)
    if edition.is_history:
        raise RuleBrokenError("Edisi riwayat hanya dicatat dan tidak dibuka.")
    if edition.opened_at is not None:
        raise RuleBrokenError(
            f"Edisi ini sudah dibuka {edition.opened_by} pada {indonesian_datetime(edition.opened_at)}."
        )
