"""Verify the audit chains; leaves with 1 where anything is not what was recorded."""

import sys
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from kiks.audit_check import ChainReport, captured_tables, chains, check_chain, differing_rows, weak_triggers


class Command(BaseCommand):
    help = "Periksa rantai audit: sambungannya, isinya, dan kesesuaiannya dengan data yang ada."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("edition", nargs="?", help="kode edisi; tanpa ini, semua rantai")

    def handle(self, *, edition: str | None, **options: object) -> None:
        wanted = [chain for chain in chains() if edition in (None, chain)]
        if edition and not wanted:
            raise CommandError(
                f"Rantai {edition} tidak ada. Rantai yang ada: {', '.join(chains()) or 'belum satu pun'}."
            )
        reports = [check_chain(chain) for chain in wanted]
        unreadable = [pk for report in reports for pk in report.unreadable]
        found = [row.text for row in differing_rows(unreadable) if edition is None or row.chain in ("", edition)]
        for report in reports:
            self._print(report)
        weak = weak_triggers()
        for line in [*found, *weak]:
            self.stdout.write(f"BERBEDA  {line}")
        if not found:
            self.stdout.write(f"COCOK    isi {len(captured_tables())} tabel sama dengan catatan terakhirnya")
        if found or weak or any(report.problems for report in reports):
            sys.exit(1)

    def _print(self, report: ChainReport) -> None:
        for problem in report.problems:
            self.stdout.write(f"RUSAK    {report.chain}: {problem}")
        if not report.problems:
            self.stdout.write(f"UTUH     {report.chain}: {report.length} kejadian, ujung {report.hash}")
