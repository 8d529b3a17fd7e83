"""Certificates: as many files of their own as a year has, beside one document of as many pages."""

from collections.abc import Iterator

from django.template.loader import render_to_string
from weasyprint import HTML

from judging.documents import EVIDENCE, CertificateFacts
from kiks import papers
from kiks.pdf import OWN, OwnFilesOnly, render_sheets
from tests.bench.measuring import Row, alternate

CERTIFICATES = 124


def certificates() -> Iterator[Row]:
    contexts = [
        papers.context_of(number=f"{n:03d}/PIAGAM/UJI", facts=_facts(n), digest="", is_demo=False)
        for n in range(CERTIFICATES)
    ]

    def one_document() -> None:
        pages = [render_to_string("pdf/certificate.html", context) for context in contexts]
        head = pages[0].partition('<div class="certificate')[0]
        bodies = [
            '<div class="certificate' + page.partition('<div class="certificate')[2].partition("</body>")[0]
            for page in pages
        ]
        HTML(string=head + "".join(bodies), base_url=OWN, url_fetcher=OwnFilesOnly()).write_pdf(pdf_variant="pdf/ua-1")

    def files_of_their_own() -> None:
        if len(render_sheets("certificate.html", contexts)) != CERTIFICATES:
            raise RuntimeError("Some certificates are missing.")

    name, floor = f"{CERTIFICATES} tagged certificates, each its own file", f"one document of {CERTIFICATES} pages"
    yield Row(name, floor, *alternate(one_document, files_of_their_own, rounds=2), 1.3)


def _facts(number: int) -> CertificateFacts:
    return CertificateFacts(
        title="Peserta",
        edition="KIKS Uji",
        honoured=f"Unit Uji {number}",
        agency="Dinas Uji",
        issued_on="25 November 2026",
        entry=f"{number:03d}",
        innovation=f"INOVASI {number}",
        expansion="Layanan yang lebih cepat dan lebih dekat",
        evidence=EVIDENCE,
    )
