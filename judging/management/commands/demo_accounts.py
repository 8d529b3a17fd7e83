"""Print one ready account for each role of the demo."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from judging.demo.cast import PASSWORD, ROLES, demo_user
from kiks.exceptions import RuleBrokenError


class Command(BaseCommand):
    help = "Tampilkan akun contoh untuk setiap peran."

    def handle(self, *args: object, **options: object) -> None:
        if settings.KIKS_MODE != "demo":
            raise CommandError("Akun contoh hanya ada pada demo.")
        self.stdout.write(f"Akun contoh, semua dengan kata sandi {PASSWORD}:")
        for role, (title, email) in ROLES.items():
            try:
                demo_user(role)
            except RuleBrokenError as error:
                raise CommandError(str(error)) from error
            factor = f"   kode kedua: bin/manage demo_code {role}" if role != "unit" else ""
            self.stdout.write(f"  {title:<15} {email:<30}{factor}")
