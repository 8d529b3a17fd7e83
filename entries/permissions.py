"""Who may do what with units and entries."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils.module_loading import import_string

from competitions.models import Edition, StageKind
from competitions.permissions import check_stage_open
from entries.announcements import first_visible
from entries.models import Entry, Objection, ScreeningAnnouncement, ServiceUnit
from entries.secrecy import is_being_revised, is_frozen, open_return, status_for_unit
from entries.states import ENTRY_TRANSITIONS, STATUS_OWNERS, EntryStatus, UnitStatus
from kiks.access import check_is_committee, is_committee
from kiks.exceptions import RuleBrokenError, WrongStateError
from kiks.formats import indonesian_datetime
from kiks.models import User
from kiks.navigation import RoleLink
from kiks.states import check_transition

# A unit writes while the committee still looks at its registration, so that no day is lost; it submits once verified.
WRITING_UNITS = frozenset({UnitStatus.REGISTERED, UnitStatus.RETURNED, UnitStatus.VERIFIED})


def role_links(user: User) -> list[RoleLink]:
    is_anywhere = user.unit_memberships.filter(left_at__isnull=True).exists()
    return [RoleLink("entries:index", "Usulan saya")] if is_anywhere else []


def is_member(user: User, unit: ServiceUnit) -> bool:
    """Whether the user acts for the unit today."""
    return user.is_authenticated and unit.members.filter(user=user, left_at__isnull=True).exists()


def check_is_member(user: User, unit: ServiceUnit) -> None:
    if not is_member(user, unit):
        raise PermissionDenied


def check_can_register_unit(edition: Edition | None, now: datetime) -> None:
    if edition is None:
        raise RuleBrokenError("Belum ada edisi yang membuka pendaftaran. Periksa lagi jadwal di beranda.")
    check_stage_open(edition, StageKind.REGISTRATION, now)


def check_can_correct_unit(user: User, unit: ServiceUnit) -> None:
    """A returned or rejected registration may be mended at any time: the delay was not the unit's alone."""
    check_is_member(user, unit)
    if unit.status not in (UnitStatus.RETURNED, UnitStatus.REJECTED):
        raise WrongStateError("Pendaftaran unit ini tidak sedang menunggu perbaikan.")


def check_can_verify_unit(user: User, unit: ServiceUnit) -> None:
    """Nobody verifies a unit in which they act themselves."""
    check_is_committee(user)
    if is_member(user, unit):
        raise RuleBrokenError("Anda anggota unit ini. Minta anggota panitia lain memeriksa pendaftarannya.")


def check_can_manage_members(user: User, unit: ServiceUnit) -> None:
    """Members look after their own unit, and the committee after every one."""
    if not is_committee(user):
        check_is_member(user, unit)
    _check_not_merged(unit)


def check_can_change_unit(user: User, unit: ServiceUnit) -> None:
    """Renaming and merging follow a decision of the city: they are the committee's to record."""
    check_is_committee(user)
    _check_not_merged(unit)


def _check_not_merged(unit: ServiceUnit) -> None:
    if unit.status == UnitStatus.MERGED:
        raise WrongStateError(f"{unit.name} sudah digabung ke {unit.merged_into}. Buka unit penerusnya.")


def check_can_start_entry(user: User, unit: ServiceUnit, edition: Edition | None, now: datetime) -> None:
    check_is_member(user, unit)
    check_unit_may_write(unit, edition, now)


def check_unit_may_write(unit: ServiceUnit, edition: Edition | None, now: datetime) -> None:
    """What a start of an entry asks besides membership; costs no query where the stages are loaded."""
    if unit.status not in WRITING_UNITS:
        raise WrongStateError(
            f"Unit Anda berstatus “{unit.get_status_display()}”, sehingga belum dapat membuat usulan. Hubungi panitia."
        )
    closes_at = submission_closes_at(edition) if edition else None
    if closes_at is None:
        raise RuleBrokenError("Belum ada edisi yang menerima usulan. Periksa lagi jadwal di beranda.")
    _check_before(closes_at, now)


def submission_closes_at(edition: Edition) -> datetime | None:
    """Walks the loaded stages, so that lists which prefetch them ask nothing more."""
    stages = [stage for stage in edition.stages.all() if stage.kind == StageKind.SUBMISSION]
    return stages[0].closes_at if stages else None


def writing_ends_at(entry: Entry) -> datetime | None:
    """Until when the unit may write: the closing of the stage, or the date that the last screening set."""
    returned = open_return(entry)
    return returned.correction_due_at if returned else submission_closes_at(entry.edition)


def open_sections(entry: Entry) -> frozenset[str] | None:
    """The sections that a return opened; None where the unit may write all of them."""
    returned = open_return(entry)
    return (frozenset(returned.sections) or None) if returned else None


def check_can_write_entry(user: User, entry: Entry, now: datetime) -> None:
    check_is_member(user, entry.innovation.unit)
    shown = status_for_unit(entry, now)
    if STATUS_OWNERS[shown] != "unit" and not is_being_revised(entry, now):
        raise WrongStateError(f"Usulan ini berstatus “{shown.label}”, sehingga isinya tidak dapat diubah.")
    ends_at = writing_ends_at(entry)
    if ends_at is None:
        raise RuleBrokenError("Edisi ini belum memiliki jadwal pengajuan. Hubungi panitia.")
    _check_before(ends_at, now)


def check_can_write_section(user: User, entry: Entry, key: str, now: datetime) -> None:
    """One section of the task list, by its key: a returned entry opens only those that the committee named."""
    check_can_write_entry(user, entry, now)
    check_section_is_open(entry, key)


def check_section_is_open(entry: Entry, key: str) -> None:
    """The part of `check_can_write_section` that is about the section alone."""
    opened = open_sections(entry)
    if opened is not None and key not in opened:
        raise RuleBrokenError(
            "Panitia tidak membuka bagian ini untuk diperbaiki. Ubah hanya bagian yang disebut pada catatan panitia."
        )


def check_can_open_revision(user: User, entry: Entry, now: datetime) -> None:
    """Until the closing, and until the screening is announced, what was submitted may be written anew."""
    check_is_member(user, entry.innovation.unit)
    shown = status_for_unit(entry, now)
    if shown != EntryStatus.SUBMITTED:
        raise WrongStateError(
            f"Usulan ini berstatus “{shown.label}”. Hanya usulan yang terkirim dan belum diperiksa yang dapat diubah."
        )
    check_stage_open(entry.edition, StageKind.SUBMISSION, now)
    _check_not_frozen(entry, now)


def _check_not_frozen(entry: Entry, now: datetime) -> None:
    if is_frozen(entry, now):
        raise RuleBrokenError("Seleksi administrasi edisi ini sudah selesai, sehingga usulan tidak dapat diubah lagi.")


def check_can_discard_revision(user: User, entry: Entry, now: datetime) -> None:
    check_can_open_revision(user, entry, now)
    if not entry.is_being_revised:
        raise WrongStateError("Tidak ada perubahan yang sedang dibuka pada usulan ini.")


def check_can_submit_entry(user: User, entry: Entry, now: datetime) -> None:
    check_can_write_entry(user, entry, now)
    if open_return(entry) is None:
        check_stage_open(entry.edition, StageKind.SUBMISSION, now)


def check_can_withdraw_entry(user: User, entry: Entry, now: datetime) -> None:
    check_is_member(user, entry.innovation.unit)
    check_transition(ENTRY_TRANSITIONS, status_for_unit(entry, now), EntryStatus.WITHDRAWN)
    check_stage_open(entry.edition, StageKind.SUBMISSION, now)
    _check_not_frozen(entry, now)


def check_can_read_entry(user: User, entry: Entry) -> None:
    """Members and committee; other rooms add readers by name in settings, since this one must not import them."""
    if is_member(user, entry.innovation.unit) or is_committee(user):
        return
    if not any(import_string(path)(user, entry) for path in settings.KIKS_ENTRY_READERS):
        raise PermissionDenied


def check_can_take_dossier(user: User, entry: Entry) -> None:
    """Members at any time, the committee what was submitted; judges read in their own room."""
    if is_member(user, entry.innovation.unit):
        return
    if not is_committee(user) or entry.current_version_id is None:
        raise PermissionDenied


def check_can_remind_drafts(user: User, edition: Edition, now: datetime) -> None:
    """A reminder is of use only while the entry can still be sent."""
    check_is_committee(user)
    check_stage_open(edition, StageKind.SUBMISSION, now)


def check_can_raise_objection(user: User, entry: Entry, now: datetime) -> None:
    """A unit objects once, in the masa sanggah; until the announcement it learns nothing from this either."""
    check_is_member(user, entry.innovation.unit)
    _check_objections_open(entry.edition, now)
    if entry.status != EntryStatus.REJECTED:
        raise WrongStateError("Sanggahan hanya untuk usulan yang tidak lolos seleksi administrasi.")
    if Objection.objects.filter(entry=entry).exists():
        raise RuleBrokenError("Sanggahan atas usulan ini sudah diajukan. Tunggu keputusan panitia.")
    _check_judging_not_open(entry.edition, now)


def _check_objections_open(edition: Edition, now: datetime) -> None:
    """The sentence says from when until when, or that this edition has no masa sanggah."""
    first = first_visible(edition, now)
    if first is None:
        raise RuleBrokenError(
            "Sanggahan dapat diajukan setelah hasil seleksi administrasi diumumkan."
            if edition.objection_days
            else "Edisi ini tidak membuka masa sanggah."
        )
    until = first.objections_until
    if until is None:
        raise RuleBrokenError("Edisi ini tidak membuka masa sanggah.")
    if now >= until:
        raise RuleBrokenError(
            f"Masa sanggah berlangsung dari {indonesian_datetime(first.visible_from)} sampai"
            f" {indonesian_datetime(until)} dan sudah berakhir."
        )


def check_can_cancel_announcement(user: User, announcement: ScreeningAnnouncement, now: datetime) -> None:
    """What everybody has seen is not cancelled any more: a further version says what changed."""
    check_is_committee(user)
    if announcement.cancelled_at:
        raise WrongStateError(
            f"Pengumuman {announcement.number} sudah dibatalkan {announcement.cancelled_by} pada"
            f" {indonesian_datetime(announcement.cancelled_at)}."
        )
    if now >= announcement.visible_from:
        raise RuleBrokenError(
            f"Pengumuman {announcement.number} sudah terbit {indonesian_datetime(announcement.visible_from)}."
            " Yang sudah terbit tidak dapat dibatalkan; buat versi baru dengan alasan."
        )


def check_can_decide_objection(user: User, objection: Objection) -> None:
    """Nobody decides on the objection of a unit in which they act themselves."""
    check_is_committee(user)
    if is_member(user, objection.entry.innovation.unit):
        raise RuleBrokenError("Anda anggota unit pengusul. Minta anggota panitia lain memutuskan sanggahan ini.")


def check_can_grant_objection(user: User, objection: Objection, now: datetime) -> None:
    check_can_decide_objection(user, objection)
    _check_judging_not_open(objection.entry.edition, now)


def _check_judging_not_open(edition: Edition, now: datetime) -> None:
    judging = edition.stages.filter(kind=StageKind.JUDGING).first()
    if judging and now >= judging.opens_at:
        raise RuleBrokenError(
            f"Penilaian sudah dibuka {indonesian_datetime(judging.opens_at)}, sehingga usulan tidak dapat masuk lagi."
        )


def _check_before(ends_at: datetime, now: datetime) -> None:
    if now >= ends_at:
        raise RuleBrokenError(
            f"Waktu pengisian berakhir {indonesian_datetime(ends_at)}. Isi usulan masih dapat dibaca dan disalin."
        )
