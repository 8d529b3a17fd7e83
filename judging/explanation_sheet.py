"""An explanation as a workbook whose formulas are alive: whoever changes a mark sees the score move."""

from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from judging.explaining import Explanation, PartStep, SheetStep
from kiks.sheets.cells import safe_cell, saved

BOLD = Font(bold=True)


class ExplanationSheet:
    """Rows go down the page; a formula names the cells above it. Text never starts a formula, only ours does."""

    def __init__(self, explanation: Explanation, heading: str) -> None:
        self.explanation = explanation
        self.workbook = Workbook()
        page = self.workbook.active
        if not isinstance(page, Worksheet):
            raise TypeError(page)
        self.page = page
        self.page.title = "Penjelasan nilai"
        self._text(heading, bold=True)

    def written(self) -> bytes:
        brought = [self._part(part) for part in self.explanation.parts]
        exact = f"={'+'.join(brought)}"
        self._row("Nilai sebelum dibulatkan", exact, bold=True)
        # Half up of a number that is not negative, which is what ROUND does in every spreadsheet.
        self._row("Nilai", f"=ROUND(B{self.page.max_row},{self.explanation.decimals})", bold=True)
        self._row("Nilai yang ditetapkan", Decimal(self.explanation.placing.score))
        self._row("Posisi", self.explanation.placing.position)
        for tie in self.explanation.ties:
            self._row(f"Pemisah nilai sama: {tie.name}", Decimal(tie.value))
            for number, value in tie.others:
                self._row(f"usulan {number}", Decimal(value))
        self.page.column_dimensions["A"].width = 48
        return saved(self.workbook)

    def _part(self, part: PartStep) -> str:
        """The cell of what the part brings to the score."""
        self._text("")
        self._text(part.name, bold=True)
        if part.sheets:
            scores = [self._sheet(sheet) for sheet in part.sheets]
            self._row("Rata-rata juri", f"=({'+'.join(scores)})/{len(scores)}")
        else:
            self._row("Nilai babak", Decimal(part.shown))
        figure = self.page.max_row
        self._row("Bagian (%)", Decimal(part.share))
        self._row("Sumbangan pada nilai", f"=B{figure}*B{figure + 1}/100")
        return f"B{self.page.max_row}"

    def _sheet(self, sheet: SheetStep) -> str:
        self.page.append([safe_cell(sheet.judge), "Nilai", "Bobot (%)", "Nilai tertinggi", "Bobot × nilai / tertinggi"])
        first = self.page.max_row + 1
        for row, step in enumerate(sheet.criteria, first):
            self.page.append(
                [
                    safe_cell(step.name),
                    Decimal(step.mark),
                    Decimal(step.weight),
                    Decimal(step.maximum),
                    f"=C{row}*B{row}/D{row}",
                ]
            )
        self._row(f"Jumlah {sheet.judge}", f"=SUM(E{first}:E{self.page.max_row})")
        return f"B{self.page.max_row}"

    def _text(self, text: str, *, bold: bool = False) -> None:
        self.page.append([safe_cell(text)])
        if bold:
            self.page.cell(self.page.max_row, 1).font = BOLD

    def _row(self, label: str, value: object, *, bold: bool = False) -> None:
        self.page.append([safe_cell(label), value])
        if bold:
            self.page.cell(self.page.max_row, 1).font = BOLD
            self.page.cell(self.page.max_row, 2).font = BOLD
