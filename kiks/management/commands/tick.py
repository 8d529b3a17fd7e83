"""What happens at a time: run every minute by cron, safe to run twice at once."""

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

from kiks import mail
from kiks.waiting_room import clear_waiting_room


class Command(BaseCommand):
    help = (
        "Kirim surat yang menunggu di kotak keluar, buang berkas impor yang tidak disimpan, bandingkan usulan baru"
        " dengan inovasi lain, susun lembar penilaian yang diserahkan sebagai surat."
    )

    def handle(self, *args: object, **options: object) -> None:
        clear_waiting_room()
        sent, failed = mail.send_waiting()
        if sent or failed:
            self.stdout.write(f"{sent} surat terkirim, {failed} gagal dan akan dicoba lagi.")
        for path in settings.KIKS_TICKS:
            # Each says in a sentence what it did, nothing where nothing waited.
            if sentence := import_string(path)():
                self.stdout.write(sentence)
