"""What happens at a time: run every minute by cron, safe to run twice at once."""

from django.core.management.base import BaseCommand

from kiks import mail
from kiks.waiting_room import clear_waiting_room


class Command(BaseCommand):
    help = "Kirim surat yang menunggu di kotak keluar, buang berkas impor yang tidak disimpan."

    def handle(self, *args: object, **options: object) -> None:
        clear_waiting_room()
        sent, failed = mail.send_waiting()
        if sent or failed:
            self.stdout.write(f"{sent} surat terkirim, {failed} gagal dan akan dicoba lagi.")
