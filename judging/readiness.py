"""What the rounds of an edition still need before it is opened, and who confirmed their shares."""

from collections.abc import Iterator
from decimal import Decimal

from django.urls import reverse

from competitions.models import Edition
from competitions.readiness import BUREAU, Confirmation, Obstacle
from judging.models import Round
from judging.states import RoundKind

HUNDRED = Decimal(100)


def obstacles_of(edition: Edition) -> list[Obstacle]:
    rounds = list(
        edition.rounds.select_related("edition", "source").prefetch_related(
            "round_instruments", "components", "tie_breakers"
        )
    )
    found = [*_missing_rounds(edition, rounds)]
    judges = edition.judges.count()
    for round_ in rounds:
        found += [*_shares(round_), *_line(round_), *_panel(round_, judges)]
    return found


def confirmations_of(edition: Edition) -> list[Confirmation]:
    confirmed = edition.rounds.filter(shares_confirmed_at__isnull=False).select_related("shares_confirmed_by")
    return [
        Confirmation(
            f"Bobot babak {round_.name}",
            round_.shares_confirmed_by,
            round_.shares_confirmed_at,
            round_.shares_source,
            _url(round_, "round_instruments-group"),
        )
        for round_ in confirmed
    ]


def _url(round_: Round, anchor: str) -> str:
    return f"{reverse('admin:judging_round_change', args=[round_.pk])}#{anchor}"


def _missing_rounds(edition: Edition, rounds: list[Round]) -> Iterator[Obstacle]:
    kinds = {round_.kind for round_ in rounds}
    add = f"{reverse('admin:judging_round_add')}?edition={edition.pk}"
    if RoundKind.DESK not in kinds:
        yield Obstacle("Belum ada babak penilaian proposal.", add)
    if RoundKind.FINAL not in kinds:
        yield Obstacle("Belum ada babak nilai akhir, yang menentukan pemenang.", add)
    if RoundKind.PRESENTATION not in kinds:
        yield Obstacle("Tidak ada babak presentasi dan wawancara.", add, is_blocking=False)


def _shares(round_: Round) -> Iterator[Obstacle]:
    is_final = round_.kind == RoundKind.FINAL
    parts = round_.components.all() if is_final else round_.round_instruments.all()
    anchor = "components-group" if is_final else "round_instruments-group"
    total = sum((part.share for part in parts), Decimal(0))
    if not parts:
        what = "Babak yang digabung" if is_final else "Instrumen"
        yield Obstacle(f"{what} untuk {round_.name} belum dipilih.", _url(round_, anchor))
    elif total != HUNDRED:
        sentence = f"Jumlah bobot {round_.name} {plain(total)}%, seharusnya tepat 100%."
        yield Obstacle(sentence, _url(round_, anchor))
    if not round_.shares_confirmed_at:
        url = reverse("admin:judging_confirm_shares", args=[round_.pk])
        yield Obstacle(f"Bobot babak {round_.name} belum dikonfirmasi.", url, fixer=BUREAU)


def plain(value: Decimal) -> str:
    return f"{value.normalize():f}".replace(".", ",")


def _line(round_: Round) -> Iterator[Obstacle]:
    """How many advance, and what separates equal scores."""
    if round_.cutoff is None and round_.kind != RoundKind.PRESENTATION:
        what = "pemenang" if round_.kind == RoundKind.FINAL else "finalis"
        yield Obstacle(f"Jumlah {what} pada {round_.name} belum diisi.", _url(round_, "id_cutoff"))
    if not round_.tie_breakers.all() and round_.kind != RoundKind.PRESENTATION:
        sentence = f"{round_.name} tidak memiliki pemisah nilai sama; setiap nilai sama diputuskan sidang pleno."
        yield Obstacle(sentence, _url(round_, "tie_breakers-group"), is_blocking=False)


def _panel(round_: Round, judges: int) -> Iterator[Obstacle]:
    if round_.kind != RoundKind.FINAL and judges < round_.minimum_judges:
        sentence = (
            f"{round_.name} memerlukan paling sedikit {round_.minimum_judges} juri per usulan;"
            f" {judges} juri sudah ditunjuk. Juri dapat ditunjuk setelah edisi dibuka."
        )
        url = f"{reverse('admin:judging_judge_changelist')}?edition__id__exact={round_.edition_id}"
        yield Obstacle(sentence, url, is_blocking=False)
