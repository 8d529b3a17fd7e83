"""Write the bundle of a confirmed round."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from judging.models import Ranking
from judging.states import RankingStatus


class Command(BaseCommand):
    help = "Tulis berkas perhitungan sebuah babak yang sudah ditetapkan."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("edition", help="kode edisi")
        parser.add_argument("round", help="kode babak, misalnya desk atau final")
        parser.add_argument("--category", default=None, help="kode kategori yang diperingkat tersendiri")

    def handle(self, *args: object, edition: str, category: str | None, **options: str) -> None:
        rankings = Ranking.objects.filter(
            round__edition__code=edition, round__code=options["round"], status=RankingStatus.CONFIRMED
        )
        if category:
            rankings = rankings.filter(category__code=category)
        codes = sorted(rankings.exclude(category=None).values_list("category__code", flat=True))
        if len(codes) > 1:
            raise CommandError(f"Babak ini diperingkat per kategori. Tambahkan --category: {', '.join(codes)}.")
        ranking = rankings.first()
        if ranking is None:
            raise CommandError("Tidak ada peringkat yang sudah ditetapkan untuk edisi, babak, dan kategori itu.")
        self.stdout.write(ranking.bundle, ending="")
