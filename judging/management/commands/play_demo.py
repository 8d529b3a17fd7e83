"""Build the made-up edition in an empty database, through the real actions."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from judging.demo.calendar import STAGES
from judging.demo.play import play
from kiks.models import User


class Command(BaseCommand):
    help = "Mainkan edisi contoh sampai tahap yang diminta (bawaan: desk)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--stage", choices=STAGES, default="desk")

    def handle(self, *args: object, stage: str, **options: object) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("Edisi contoh tidak dapat dimainkan pada sistem yang sesungguhnya.")
        if User.objects.exists():
            raise CommandError("Basis data sudah berisi. Edisi contoh hanya dimainkan pada basis data kosong.")
        play(stage=stage, say=lambda line: self.stdout.write(f"  {line}"))
