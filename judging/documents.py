"""What the papers of judging say, as frozen facts."""

from dataclasses import dataclass

from judging.models import AssignmentDraw, Certificate, Judge, Round
from judging.queries import by_seat, counting
from kiks import clock
from kiks.formats import day_month_year, indonesian_datetime
from kiks.papers import numbered


@dataclass(frozen=True, kw_only=True)
class CertificateFacts:
    """A piagam of one entry or one judge: who is honoured as what; `innovation` and what belongs to it of an entry."""

    title: str
    edition: str
    honoured: str
    agency: str
    issued_on: str
    category: str = ""
    entry: str = ""
    innovation: str = ""
    expansion: str = ""
    evidence: str = ""


EVIDENCE = (
    "Piagam ini membuktikan keikutsertaan dalam kompetisi inovasi pelayanan publik dan dapat dipergunakan sebagai bukti"
    " dukung Pemantauan dan Evaluasi Kinerja Penyelenggaraan Pelayanan Publik (PEKPPP)."
)


@dataclass(frozen=True, kw_only=True)
class PledgeFacts:
    """The pakta integritas of one judge, word for word as it was shown; `signed_at` is empty until it is signed."""

    name: str
    institution: str
    edition: str
    position: str
    statements: tuple[str, ...]
    is_confirmed: bool
    signed_on: str
    signed_at: str


PLEDGE = (
    "akan menilai setiap usulan yang ditugaskan kepada saya secara jujur, objektif, cermat, dan bertanggung jawab,"
    " semata-mata berdasarkan isi usulan dan instrumen penilaian yang telah ditetapkan;",
    "akan menilai secara mandiri, serta tidak membicarakan nilai dengan juri lain atau pihak mana pun sebelum seluruh"
    " lembar penilaian dikunci;",
    "akan menyatakan setiap benturan kepentingan, baik karena hubungan keluarga, hubungan kerja, keanggotaan dalam tim"
    " inovator, maupun kepentingan lain, dan tidak menilai usulan yang bersangkutan;",
    "tidak akan meminta atau menerima, secara langsung maupun tidak langsung, hadiah, imbalan, fasilitas, atau janji"
    " dalam bentuk apa pun dari peserta atau pihak yang mewakilinya;",
    "akan menjaga kerahasiaan isi usulan, nilai, dan jalannya penilaian sampai hasil diumumkan oleh panitia;",
    "akan menggunakan akun saya sendiri dan tidak memberikan akses penilaian kepada orang lain;",
    "akan melaporkan kepada panitia setiap upaya memengaruhi penilaian yang saya ketahui;",
    "bersedia diberhentikan sebagai juri dan menerima sanksi sesuai dengan ketentuan peraturan perundang-undangan"
    " apabila melanggar pernyataan ini.",
)


def pledge_facts(judge: Judge) -> PledgeFacts:
    """What the page shows before the signature and the paper afterwards."""
    decree = f", berdasarkan Keputusan Nomor {judge.decree_number}" if judge.decree_number else ""
    decree += f" tanggal {day_month_year(judge.decree_on)}" if decree and judge.decree_on else ""
    return PledgeFacts(
        name=judge.user.name,
        institution=judge.institution,
        edition=judge.edition.name,
        position=f"Anggota dewan juri {judge.edition.name}{decree}",
        statements=PLEDGE,
        is_confirmed=False,
        signed_on=day_month_year(judge.pledged_at) if judge.pledged_at else "",
        signed_at=indonesian_datetime(judge.pledged_at) if judge.pledged_at else "",
    )


def pledge_number(judge: Judge) -> str:
    """By the seat, which has one pledge: J3 signs number 003."""
    return numbered(int(judge.label.removeprefix("J")), "PI", judge.edition.code)


@dataclass(frozen=True, kw_only=True)
class DrawLine:
    seed: str
    per_entry: str
    added: int
    drawn_at: str
    drawn_by: str
    undone_at: str


@dataclass(frozen=True, kw_only=True)
class AssignmentLine:
    label: str
    judge: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AssignmentListFacts:
    """Who judges what, and by which draws that came about."""

    round: str
    edition: str
    draws: tuple[DrawLine, ...]
    lines: tuple[AssignmentLine, ...]
    entries: tuple[tuple[str, str, str], ...]
    printed_at: str


def assignment_list(round_: Round) -> AssignmentListFacts:
    rows = list(
        counting(round_.assignments.all()).select_related("judge__user", "entry__innovation").order_by("entry__number")
    )
    judges = {row.judge.label: row.judge for row in rows}
    return AssignmentListFacts(
        round=round_.name,
        edition=round_.edition.name,
        draws=tuple(_draw_line(draw) for draw in round_.draws.select_related("drawn_by").order_by("pk")),
        lines=tuple(
            AssignmentLine(
                label=label,
                judge=f"{judges[label].user.name}, {judges[label].institution}",
                numbers=tuple(row.entry.number for row in rows if row.judge.label == label),
            )
            for label in sorted(judges, key=by_seat)
        ),
        entries=tuple(
            (
                row.entry.number,
                str(row.entry.innovation),
                ", ".join(sorted((one.judge.label for one in rows if one.entry_id == row.entry_id), key=by_seat)),
            )
            for row in {row.entry_id: row for row in rows}.values()
        ),
        printed_at=indonesian_datetime(clock.now()),
    )


def _draw_line(draw: AssignmentDraw) -> DrawLine:
    return DrawLine(
        seed=draw.seed,
        per_entry=str(draw.per_entry or "semua juri"),
        added=draw.added,
        drawn_at=indonesian_datetime(draw.drawn_at),
        drawn_by=draw.drawn_by.name,
        undone_at=indonesian_datetime(draw.undone_at) if draw.undone_at else "",
    )


def certificate_facts(certificate: Certificate) -> CertificateFacts:
    edition = certificate.edition
    common = {
        "title": certificate.title,
        "edition": edition.name,
        "issued_on": day_month_year(certificate.issued_at),
    }
    if judge := certificate.judge:
        return CertificateFacts(**common, honoured=judge.user.name, agency=judge.institution)
    entry = certificate.entry
    unit = entry.innovation.unit
    return CertificateFacts(
        **common,
        category=entry.category.name if entry.category else "",
        entry=entry.number,
        innovation=entry.innovation.short_name,
        expansion=entry.innovation.expansion,
        honoured=unit.name,
        agency=unit.agency.name if unit.agency.name != unit.name else "",
        evidence=EVIDENCE,
    )
