"""What still keeps an edition from being opened, each with the place where it is mended, and what is confirmed already.

Rooms to the right add theirs by name in settings: `KIKS_READINESS` and `KIKS_CONFIRMATIONS`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Sum
from django.urls import reverse
from django.utils.module_loading import import_string

from competitions.calendar_rules import faults
from competitions.models import Edition, Instrument, StageKind
from competitions.queries import is_open, running_editions, windows_of
from kiks import clock
from kiks.formats import indonesian_datetime, score
from kiks.mail.checks import mail_is_tested
from kiks.models import User

COMMITTEE = "Panitia"
BUREAU = "Bagian Organisasi, dicatat oleh panitia"
# Without a presentation an edition is decided at the desk; every other stage is needed.
NEEDED = [kind for kind in StageKind if kind != StageKind.PRESENTATION]


@dataclass(frozen=True)
class Obstacle:
    """One sentence with the address of the place; what does not block is worth a look before opening."""

    sentence: str
    url: str
    is_blocking: bool = True
    fixer: str = COMMITTEE


@dataclass(frozen=True)
class Confirmation:
    """What somebody stands for, since when and on which paper."""

    what: str
    by: User
    at: datetime
    source: str
    url: str


def obstacles_of(edition: Edition) -> list[Obstacle]:
    """Everything that blocks opening, then what is only worth a look."""
    found = [*_own(edition)]
    for path in settings.KIKS_READINESS:
        found += import_string(path)(edition)
    return sorted(found, key=lambda obstacle: not obstacle.is_blocking)


def confirmations_of(edition: Edition) -> list[Confirmation]:
    found = []
    if edition.rules_confirmed_at:
        url = _edition_url(edition, "fieldset-aturan")
        found.append(
            Confirmation(
                "Aturan edisi", edition.rules_confirmed_by, edition.rules_confirmed_at, edition.rules_source, url
            )
        )
    for instrument in edition.instruments.filter(confirmed_at__isnull=False).select_related("confirmed_by"):
        url = _instrument_url(instrument)
        found.append(
            Confirmation(
                instrument.name,
                instrument.confirmed_by,
                instrument.confirmed_at,
                instrument.confirmed_source,
                url,
            )
        )
    for path in settings.KIKS_CONFIRMATIONS:
        found += import_string(path)(edition)
    return found


def _edition_url(edition: Edition, anchor: str) -> str:
    return f"{reverse('admin:competitions_edition_change', args=[edition.pk])}#{anchor}"


def _instrument_url(instrument: Instrument) -> str:
    return f"{reverse('admin:competitions_instrument_change', args=[instrument.pk])}#criteria-group"


def _own(edition: Edition) -> Iterator[Obstacle]:
    yield from _announced(edition)
    yield from _calendar(edition)
    yield from _form(edition)
    yield from _instruments(edition)
    if edition.rules_confirmed_at is None:
        yield Obstacle(
            "Aturan edisi belum dikonfirmasi.",
            reverse("admin:competitions_edition_confirm", args=[edition.pk]),
            fixer=BUREAU,
        )
    if not mail_is_tested():
        yield Obstacle(
            "Pengiriman surat belum diuji dengan pengaturan sekarang. Kirim surat uji coba ke alamat Anda sendiri.",
            reverse("admin:kiks_mailtext_changelist"),
            fixer="Panitia; bila surat tidak sampai, pengelola server",
        )


def _announced(edition: Edition) -> Iterator[Obstacle]:
    if not edition.theme.strip():
        yield Obstacle("Tema belum diisi.", _edition_url(edition, "id_theme"))
    if not edition.prize.strip():
        yield Obstacle("Hadiah belum diisi.", _edition_url(edition, "id_prize"), is_blocking=False)
    source = edition.copied_from
    if source and edition.prize.strip() and edition.prize == source.prize:
        sentence = f"Hadiah masih sama dengan {source.name}: {edition.prize}. Periksa apakah masih berlaku."
        yield Obstacle(sentence, _edition_url(edition, "id_prize"), is_blocking=False)
    if not edition.presentation_on or not edition.venue.strip():
        sentence = "Tanggal atau tempat presentasi belum diisi."
        yield Obstacle(sentence, _edition_url(edition, "id_venue"), is_blocking=False)


def _calendar(edition: Edition) -> Iterator[Obstacle]:
    url, now = _edition_url(edition, "stages-group"), clock.now()
    stages = {stage.kind: stage for stage in edition.stages.all()}
    for kind in NEEDED:
        if kind not in stages:
            yield Obstacle(f"{kind.label} belum dijadwalkan. Isi waktu dibuka dan ditutup.", url)
    if StageKind.PRESENTATION not in stages:
        yield Obstacle(f"{StageKind.PRESENTATION.label} belum dijadwalkan.", url, is_blocking=False)
    for sentence in faults(windows_of(stages.values())):
        yield Obstacle(sentence, url)
    if edition.opened_at:
        return
    for kind in (StageKind.REGISTRATION, StageKind.SUBMISSION):
        if kind in stages and stages[kind].closes_at <= now:
            sentence = f"{kind.label} sudah ditutup {indonesian_datetime(stages[kind].closes_at)}. Perbarui jadwalnya."
            yield Obstacle(sentence, url)
    for other in running_editions().exclude(pk=edition.pk).prefetch_related("stages"):
        running = [stage for stage in other.stages.all() if is_open(stage, now)]
        if running:
            sentence = (
                f"{other.name} masih berjalan ({running[0]}). Setelah edisi ini dibuka, beranda dan meja kerja"
                f" menampilkan edisi ini; hasil dan usulan {other.name} tetap dapat dibuka."
            )
            yield Obstacle(sentence, _edition_url(other, "stages-group"), is_blocking=False)


def _form(edition: Edition) -> Iterator[Obstacle]:
    if not edition.categories.exists():
        yield Obstacle("Kategori belum diisi.", _edition_url(edition, "categories-group"))
    if not edition.checklist.exists():
        yield Obstacle("Butir seleksi administrasi belum diisi.", _edition_url(edition, "checklist-group"))
    if not edition.attachment_rules.exists():
        sentence = "Tidak ada aturan lampiran, sehingga unit tidak dapat melampirkan berkas apa pun."
        yield Obstacle(sentence, _edition_url(edition, "attachment_rules-group"), is_blocking=False)
    questions = list(edition.questions.annotate(readers=Count("criteria")))
    url = _edition_url(edition, "questions-group")
    if not questions:
        yield Obstacle("Pertanyaan formulir usulan belum diisi.", url)
    if unread := [question.title for question in questions if not question.readers]:
        sentence = f"Tidak ada kriteria yang menilai jawaban atas: {', '.join(unread)}."
        yield Obstacle(sentence, url, is_blocking=False)


def _instruments(edition: Edition) -> Iterator[Obstacle]:
    instruments = list(edition.instruments.annotate(total=Sum("criteria__weight")))
    if not instruments:
        url = reverse("admin:competitions_edition_adopt", args=[edition.pk])
        yield Obstacle("Instrumen penilaian belum dipilih.", url)
    for instrument in instruments:
        total = instrument.total or 0
        if total != 100:
            yield Obstacle(
                f"Jumlah bobot {instrument.name} {score(f'{total.normalize():f}') if total else 0},"
                " seharusnya tepat 100.",
                _instrument_url(instrument),
            )
        if instrument.confirmed_at is None:
            url = reverse("admin:competitions_instrument_confirm", args=[instrument.pk])
            yield Obstacle(f"Instrumen {instrument.name} belum dikonfirmasi.", url, fixer=BUREAU)
