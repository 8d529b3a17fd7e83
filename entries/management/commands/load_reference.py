"""Load the reference data of the city, the library of instruments and the earlier editions."""

from django.core.management.base import BaseCommand

from entries.reference import load_reference


class Command(BaseCommand):
    help = "Muat data rujukan dari fixtures/*.toml; aman dijalankan berulang kali."

    def handle(self, **options: object) -> None:
        for what, count in load_reference().items():
            self.stdout.write(f"{count} {what}")
