"""The smallest honest PDF."""

from io import BytesIO

from pypdf import PdfWriter


def tiny_pdf(title: str = "Uji") -> bytes:
    """One blank page; `title` makes the bytes differ."""
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    writer.add_metadata({"/Title": title})
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
