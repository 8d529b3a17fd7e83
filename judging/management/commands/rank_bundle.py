"""Rank a bundle file: the result as JSON, or every fault of the bundle; needs no database."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser

from judging.scoring import BundleError, rank_text


class Command(BaseCommand):
    help = "Menghitung peringkat dari sebuah berkas bundel dan mencetaknya sebagai JSON."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help='berkas bundel, atau "-" untuk masukan baku')

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        try:
            result = rank_text(_content(file))
        except FileNotFoundError:
            self._refuse([f"{file}: berkas tidak ditemukan"])
        except OSError:
            self._refuse([f"{file}: berkas tidak dapat dibaca"])
        except BundleError as error:
            self._refuse(error.faults)
        self.stdout.write(json.dumps(result, indent=2))

    def _refuse(self, faults: Iterable[str]) -> NoReturn:
        for fault in faults:
            self.stderr.write(fault)
        sys.exit(1)


def _content(file: str) -> bytes:
    return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
