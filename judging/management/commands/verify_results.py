"""Recompute every stored ranking of an edition, and check receipts and the audit chain."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from competitions.models import Edition
from judging.verification import chain_faults, ranking_faults, stored_rankings, summary


class Command(BaseCommand):
    help = "Hitung ulang semua peringkat sebuah edisi dari berkas beku dan dari nilai yang ada."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("edition", help="kode edisi")

    def handle(self, *args: object, edition: str, **options: object) -> None:
        found = Edition.objects.filter(code=edition).first()
        if found is None:
            raise CommandError(f"Edisi {edition} tidak ada. Kode yang ada: {', '.join(_codes()) or 'belum ada'}.")
        faults = 0
        for ranking in stored_rankings(found):
            wrong = list(ranking_faults(ranking))
            faults += len(wrong)
            for fault in wrong:
                self.stderr.write(f"{ranking.round.code} versi {ranking.version}: {fault}")
            if not wrong:
                self.stdout.write(summary(ranking))
        for fault in chain_faults(found):
            faults += 1
            self.stderr.write(f"jejak audit {fault}")
        if faults:
            raise CommandError(f"{faults} hal tidak cocok.")


def _codes() -> list[str]:
    return list(Edition.objects.filter(rounds__isnull=False).distinct().values_list("code", flat=True))
