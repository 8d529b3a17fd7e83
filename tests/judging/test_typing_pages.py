"""Sheets on paper in the control room: printed, found by number and code, typed, compared, never shown again."""

import re
import subprocess

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from judging.actions.panel import appoint_judge
from judging.actions.round import close_round
from judging.actions.sheet import hand_in_assignment
from judging.actions.typing import print_sheets, type_sheets
from judging.models import Mark, PaperTyping, ScoreSheet
from judging.paper_sheets import empty_sheets, found_by, groups_of, sheets_to_type, to_fill
from kiks.admin_site import site
from kiks.exceptions import RuleBrokenError
from kiks.models import AuditEvent
from kiks.pdf import render_pdf
from tests.factories.judging import hand_in_all, mark_all, open_desk_round
from tests.factories.pdf import tiny_pdf
from tests.factories.people import client_of, make_committee_user

pytestmark = [pytest.mark.django_db, pytest.mark.long]


class Desk:
    def __init__(self) -> None:
        self.round = open_desk_round(entries=2, judges=2)
        self.first, self.second = make_committee_user("Rina Marlina"), make_committee_user("Asep Hidayat")
        self.one, self.two = client_of(self.first), client_of(self.second)
        rows = self.round.assignments.select_related("judge__user", "entry")
        self.assignment = rows.get(judge__label="J1", entry__number="001")
        self.other = rows.get(judge__label="J2", entry__number="001")
        self.list = reverse("admin:judging_paper_sheets", args=[self.round.pk])
        self.form = reverse("admin:judging_type", args=[self.assignment.pk])

    def filled(self, value: str = "83", **more: object) -> dict[str, object]:
        sheets = sheets_to_type(self.assignment)
        names = {
            f"mark_{sheet.pk}_{criterion.pk}": value
            for sheet in sheets
            for criterion in sheet.instrument.criteria.all()
        }
        return names | more

    def comment(self) -> str:
        return f"comment_{sheets_to_type(self.assignment)[0].pk}"


@pytest.fixture
def desk() -> Desk:
    return Desk()


def html(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def words(page: str) -> str:
    """What a page says, without addresses and the random tokens of its forms; a typed mark stands in a value."""
    shown = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)
    return " ".join(re.findall(r'value="([^"]*)"', shown)) + re.sub(r"<[^>]+>", " ", shown)


def post(client: Client, path: str, data: dict | None = None) -> str:
    return client.post(path, data or {}, follow=True).content.decode()


def test_a_sheet_goes_from_empty_to_handed_in(desk):
    assert html(desk.one, desk.list).count("Belum dicetak") == 4
    printed = desk.one.post(reverse("admin:judging_print_judge", args=[desk.round.pk, desk.assignment.judge_id]))
    assert printed.content.startswith(b"%PDF")
    assert printed.headers["Content-Disposition"].endswith('-desk-J1.pdf"')
    page = html(desk.one, desk.list)
    assert (words(page).count("Belum dicetak"), words(page).count("Dicetak")) == (2, 2)
    page = post(desk.one, desk.form, desk.filled())
    assert "Menunggu orang kedua" in page
    assert "Lihat ketikan saya" in page
    page = html(desk.two, desk.list)
    assert "Ketik kedua kali" in page
    assert "diketik Rina Marlina" in page
    page = post(desk.two, desk.form, desk.filled("83,0"))
    assert "kedua ketikan sama" in page
    assert "Selesai, dari kertas" in page
    assert "sudah diserahkan" in html(desk.two, desk.form)


def test_the_second_person_types_blind_and_nobody_is_shown_what_was_typed(desk):
    post(desk.one, desk.form, desk.filled(**{desk.comment(): "Catatan rahasia."}))
    third = client_of(make_committee_user("Orang ketiga"))
    for client in (desk.two, third):
        for path in (desk.form, desk.list, reverse("admin:judging_assignment", args=[desk.assignment.pk])):
            page = html(client, path)
            assert "83" not in words(page)
            assert "rahasia" not in page
    own = html(desk.one, desk.form)
    assert own.count('<td class="num">83</td>') == 3
    assert "Catatan rahasia." in own


def test_where_the_two_differ_both_see_the_criterion_and_no_mark(desk):
    post(desk.one, desk.form, desk.filled())
    page = post(desk.two, desk.form, desk.filled("84"))
    assert "Signifikansi: berbeda dari ketikan pertama." in page
    assert "2 kesempatan lagi" in page
    assert "83" not in words(page)
    own = html(desk.one, desk.form)
    assert "Ketikan kedua berbeda pada: KIPP: Ide; KIPP: Signifikansi; KIJB: Kebaruan." in own
    assert "84" not in words(own)
    post(desk.two, desk.form, desk.filled("84"))
    assert "diketik ulang dari awal" in post(desk.two, desk.form, desk.filled("84"))
    assert "oleh Rina Marlina, dikembalikan" in html(desk.one, desk.form)


def test_the_comment_is_compared_after_the_marks(desk):
    name = desk.comment()
    post(desk.one, desk.form, desk.filled(**{name: "Perlu bukti."}))
    page = post(desk.two, desk.form, desk.filled())
    assert "Semua nilai sama. Cocokkan juga catatannya" in page
    assert "Perlu bukti.</textarea>" in page
    assert "kedua ketikan sama" in post(desk.two, desk.form, desk.filled(**{name: "Perlu bukti dampak."}))
    assert set(ScoreSheet.objects.exclude(comment="").values_list("comment", flat=True)) == {"Perlu bukti dampak."}


def test_a_mark_off_the_scale_is_said_at_its_field_and_the_rest_stays(desk):
    name = next(iter(desk.filled()))
    page = post(desk.one, desk.form, desk.filled(**{name: "101"}))
    assert "101 melebihi nilai tertinggi 100" in page
    assert page.count('value="83"') == 2
    page = post(desk.one, desk.form, desk.filled(**{name: ""}))
    assert "tulis angka yang tertera pada kertas" in page
    assert not PaperTyping.objects.exists()


def test_the_typist_takes_back_and_the_second_refuses(desk):
    post(desk.one, desk.form, desk.filled())
    back = reverse("admin:judging_typing_withdraw", args=[desk.assignment.pk])
    refuse = reverse("admin:judging_typing_refuse", args=[desk.assignment.pk])
    assert "pengetiknya sendiri" in post(desk.two, back)
    assert "Anda ketik sendiri" in post(desk.one, refuse, {"reason": "x"})
    assert "Isi alasan" in post(desk.two, refuse, {"reason": ""})
    assert "ditarik" in post(desk.one, back)
    post(desk.one, desk.form, desk.filled())
    page = post(desk.two, refuse, {"reason": "Kertas lain."})
    assert "dikembalikan untuk diketik ulang" in page
    assert "Kertas lain." in html(desk.one, desk.list)
    assert "Kertas lain." not in html(client_of(make_committee_user("Orang ketiga")), desk.form)


def test_the_scan_is_the_typists_until_the_sheets_are_locked(desk):
    upload = SimpleUploadedFile("lembar.pdf", tiny_pdf("pindaian"), content_type="application/pdf")
    post(desk.one, desk.form, desk.filled(scan=upload))
    typing = PaperTyping.objects.filter(scan__isnull=False).first()
    path = reverse("admin:judging_scan", args=[typing.pk])
    assert desk.one.get(path).content == tiny_pdf("pindaian")
    html(desk.two, path, 403)
    post(desk.two, desk.form, desk.filled())
    for client in (desk.one, desk.two):
        html(client, path, 403)
    hand_in_others(desk)
    close_round(desk.round, by=desk.first)
    assert desk.two.get(path).content == tiny_pdf("pindaian")


def hand_in_others(desk: Desk) -> None:
    for assignment in desk.round.assignments.exclude(pk=desk.assignment.pk).select_related("judge__user"):
        mark_all(assignment)
        hand_in_assignment(assignment, by=assignment.judge.user)


def test_a_scan_that_is_no_pdf_is_refused(desk):
    upload = SimpleUploadedFile("lembar.pdf", b"GIF89a", content_type="application/pdf")
    assert "bukan PDF" in post(desk.one, desk.form, desk.filled(scan=upload))
    assert not PaperTyping.objects.exists()


def test_who_judges_in_the_edition_gets_a_sentence_and_no_form(desk):
    appoint_judge(by=desk.first, edition=desk.round.edition, user=desk.second, institution="Kampus")
    page = html(desk.two, desk.form)
    assert "Anda juri pada edisi ini" in page
    assert "mark_" not in page


@pytest.mark.parametrize(
    ("text", "found"),
    [("J1-001", True), ("j1 001", True), ("1/1", True), ("https://kiks.test/x/ketik/{pk}/", True), ("J9-001", False)],
)
def test_a_code_or_a_scanned_address_leads_to_the_sheet(desk, text, found):
    response = desk.one.get(desk.list, {"cari": text.format(pk=desk.assignment.pk)})
    assert (response.status_code, response.headers.get("Location")) == ((302, desk.form) if found else (200, None))
    assert bool(found_by(desk.round, text.format(pk=desk.assignment.pk))) is found


def test_a_number_filters_and_nothing_found_is_said(desk):
    assert html(desk.one, desk.list + "?cari=002").count('<th scope="row">') == 2
    assert "Tidak ada lembar yang cocok" in html(desk.one, desk.list + "?cari=tidak-ada")


def test_the_printed_page_says_all_criteria_and_its_code(desk):
    facts = empty_sheets(desk.round, to_fill(desk.round, [desk.assignment.judge]))
    assert facts.numbers == {"J1": ["001", "002"]} or facts.numbers == {"J1": ["002", "001"]}
    first = next(one for one in facts.pages if one.number == "001")
    assert first.code == "J1-001"
    assert first.address.endswith(f"/ketik/{desk.assignment.pk}/")
    content = render_pdf("paper_sheets.html", {"facts": facts, "is_demo_site": True})
    text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    pages = text.stdout.decode().split("\f")[:-1]
    assert len(pages) == 2
    for one, printed in zip(facts.pages, pages, strict=True):
        for part in (one.code, one.innovation, "KIPP", "Ide", "Signifikansi", "KIJB", "Kebaruan", "0–100", "Catatan"):
            assert part in printed
        assert "DATA CONTOH" in printed


def test_only_what_is_still_open_is_printed(desk):
    hand_in_all(desk.round)
    with pytest.raises(RuleBrokenError, match="Tidak ada lembar"):
        print_sheets(desk.round, [desk.assignment.judge], by=desk.first)
    page = post(desk.one, reverse("admin:judging_print_all", args=[desk.round.pk]))
    assert "Tidak ada lembar" in page
    assert page.count("Selesai di layar") == 4
    assert not AuditEvent.objects.filter(kind="judge.sheets_printed").exists()


def test_a_judge_prints_the_own_sheets_only(desk):
    client = client_of(desk.assignment.judge.user)
    path = reverse("judging:print_sheets", args=[desk.round.pk])
    assert path in html(client, reverse("judging:my_entries"))
    text = subprocess.run(["pdftotext", "-", "-"], input=client.post(path).content, capture_output=True, check=True)
    assert "J1-001" in text.stdout.decode()
    assert "J2" not in text.stdout.decode()
    hand_in_all(desk.round)
    assert "Tidak ada lembar" in post(client, path)


def test_the_judge_reads_that_the_sheet_was_typed(desk):
    post(desk.one, desk.form, desk.filled())
    client = client_of(desk.assignment.judge.user)
    receipts = reverse("judging:receipts", args=[desk.assignment.pk])
    assert client.get(receipts).status_code == 302
    post(desk.two, desk.form, desk.filled())
    page = html(client, receipts)
    assert page.count("Diketik panitia dari lembar kertas Anda") == 2
    assert set(Mark.objects.values_list("value", flat=True)) == {83}


def test_a_colleague_sees_nothing_of_a_typed_sheet(desk):
    client = client_of(desk.other.judge.user)
    paths = [reverse("judging:my_entries"), reverse("judging:sheet", args=[desk.other.pk])]

    def seen() -> list[str]:
        return [client.get(path).content.decode().split("</head>")[1].split("csrfmiddlewaretoken")[0] for path in paths]

    before = seen()
    post(desk.one, desk.form, desk.filled())
    assert seen() == before
    post(desk.two, desk.form, desk.filled())
    assert seen() == before


def test_typings_have_no_list_and_no_export_in_the_admin():
    assert PaperTyping not in site._registry


def test_the_list_asks_the_same_however_long_it_is(desk):
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            groups = groups_of(desk.round, desk.first)
            [(row.code, row.assignment.entry.innovation.short_name) for group in groups for row in group.rows]
        return len(captured)

    before = count()
    marks = {
        (sheet.pk, criterion.code): "80"
        for sheet in sheets_to_type(desk.assignment)
        for criterion in sheet.instrument.criteria.all()
    }
    type_sheets(desk.assignment, by=desk.first, marks=marks, comments={})
    print_sheets(desk.round, list(desk.round.edition.judges.all()), by=desk.first)
    assert count() == before
