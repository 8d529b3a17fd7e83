"""Print the current second-factor code of a demo account."""

import time
from argparse import ArgumentParser

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from judging.demo.cast import ROLES, demo_user, secret_of
from kiks.exceptions import RuleBrokenError

PERIOD = 30


class Command(BaseCommand):
    help = "Tampilkan kode pengaman kedua sebuah akun contoh; hanya pada demo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", choices=[role for role in ROLES if role != "unit"])

    def handle(self, *args: object, role: str, **options: object) -> None:
        if settings.KIKS_MODE != "demo":
            raise CommandError("Kode contoh hanya ada pada demo.")
        try:
            email = demo_user(role).email
        except RuleBrokenError as error:
            raise CommandError(str(error)) from error
        # A fresh code for each call would be better than one that was just used up, but TOTP knows only the time.
        self.stdout.write(format_hotp_value(hotp_value(secret_of(email), int(time.time()) // PERIOD)))
