"""What the papers of judging say, as frozen facts."""

import json
from dataclasses import dataclass

from judging.bundles import findings_until
from judging.models import Certificate, Judge, Ranking
from judging.states import RecordKind, RoundKind
from kiks.formats import day_month_year, indonesian_date, indonesian_datetime, score
from kiks.papers import numbered


@dataclass(frozen=True, kw_only=True)
class Line:
    """One entry's line in a table; figures have a decimal comma."""

    position: int
    number: str
    innovation: str
    unit: str
    score: str
    advances: bool
    parts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Signer:
    name: str
    position: str


@dataclass(frozen=True, kw_only=True)
class SettledLine:
    order: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RecordFacts:
    """A berita acara of one ranking: who advances or wins, by which rule, from which sheets."""

    title: str
    edition: str
    theme: str
    round: str
    category: str
    decided_on: str
    kind: str
    cutoff: int
    columns: tuple[str, ...]
    rules: tuple[str, ...]
    lines: tuple[Line, ...]
    others: int
    judges: tuple[str, ...]
    recusals: tuple[str, ...]
    version: int
    correction: str
    settled: tuple[SettledLine, ...]
    locked_digest: str
    bundle_digest: str
    audit_sequence: int | None
    audit_head: str
    signers: tuple[Signer, ...]


@dataclass(frozen=True, kw_only=True)
class CertificateFacts:
    """A piagam of one entry: who is honoured as what, for which innovation."""

    title: str
    edition: str
    category: str
    entry: str
    innovation: str
    expansion: str
    unit: str
    agency: str
    issued_on: str


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


def certificate_facts(certificate: Certificate) -> CertificateFacts:
    entry = certificate.entry
    unit = entry.innovation.unit
    return CertificateFacts(
        title=certificate.title,
        edition=entry.edition.name,
        category=entry.category.name if entry.category else "",
        entry=entry.number,
        innovation=entry.innovation.short_name,
        expansion=entry.innovation.expansion,
        unit=unit.name,
        agency=unit.agency.name if unit.agency.name != unit.name else "",
        issued_on=day_month_year(certificate.issued_at),
    )


def record_facts(ranking: Ranking, *, sequence: int | None, head: str) -> RecordFacts:
    """The facts of the berita acara of a confirmed ranking; `sequence` and `head`, if any, anchor the audit chain."""
    round_ = ranking.round
    bundle = json.loads(ranking.bundle)
    placings = list(ranking.placings.select_related("entry__innovation__unit__agency"))
    columns = _columns(bundle, dict(round_.edition.rounds.values_list("code", "name")))
    return RecordFacts(
        title=_title(ranking),
        edition=round_.edition.name,
        theme=round_.edition.theme,
        round=round_.name,
        category=ranking.category.name if ranking.category else "",
        decided_on=indonesian_date(ranking.confirmed_at),
        kind=record_kind(ranking),
        cutoff=round_.cutoff or 0,
        columns=tuple(columns.values()),
        rules=_rules(bundle, columns),
        lines=tuple(_line(placing, columns) for placing in placings if placing.advances),
        others=sum(1 for placing in placings if not placing.advances),
        judges=tuple(f"{judge.label}: {judge.user.name}, {judge.institution}" for judge in _judges(ranking)),
        recusals=_uncounted(ranking),
        version=ranking.version,
        correction=ranking.reason,
        settled=tuple(
            SettledLine(order=", ".join(tie["order"]), reason=tie["reason"]) for tie in bundle["settled_ties"]
        ),
        locked_digest=round_.locked_digest,
        bundle_digest=ranking.bundle_digest,
        audit_sequence=sequence,
        audit_head=head,
        signers=signers_of(ranking),
    )


def _uncounted(ranking: Ranking) -> tuple[str, ...]:
    """Who stepped back from which entry, and who was found later to have had to."""
    recusals = ranking.round.recusals.select_related("judge", "entry")
    found = sorted(findings_until(ranking.round, ranking.version))
    return (
        *(f"{recusal.judge.label} dari usulan {recusal.entry.number}" for recusal in recusals),
        *(f"{label} dari usulan {number} (temuan setelah penetapan)" for label, number in found),
    )


def record_kind(ranking: Ranking) -> RecordKind:
    return RecordKind.WINNERS if ranking.round.kind == RoundKind.FINAL else RecordKind.SHORTLIST


def signers_of(ranking: Ranking) -> tuple[Signer, ...]:
    """Every judge of the edition, then the committee member who confirmed."""
    judges = [Signer(name=judge.user.name, position=f"Juri {judge.label}") for judge in _judges(ranking)]
    return (*judges, Signer(name=ranking.confirmed_by.name, position="Panitia"))


def _judges(ranking: Ranking) -> list[Judge]:
    return sorted(
        ranking.round.edition.judges.select_related("user"), key=lambda judge: (len(judge.label), judge.label)
    )


def _title(ranking: Ranking) -> str:
    category = f" kategori {ranking.category}" if ranking.category else ""
    what = (
        f"pemenang{category}"
        if ranking.round.kind == RoundKind.FINAL
        else f"{ranking.round.cutoff or ''} finalis{category}"
    )
    return f"Berita acara penetapan {what.strip()} {ranking.round.edition.name}"


def _columns(bundle: dict, names: dict[str, str]) -> dict[str, str]:
    """Code and heading of what stands beside the score: the instruments, or the rounds of a final."""
    if "instruments" in bundle:
        return {part["code"]: part["name"] for part in bundle["instruments"]}
    return {part["code"]: names[part["code"]] for part in bundle["rounds"]}


def _rules(bundle: dict, columns: dict[str, str]) -> tuple[str, ...]:
    parts = bundle.get("instruments") or bundle["rounds"]
    blend = " + ".join(f"{part['share'].replace('.', ',')}% {columns[part['code']]}" for part in parts)
    sentences = [f"Nilai = {blend}, dibulatkan sekali ke {bundle['decimals']} angka desimal (setengah ke atas)."]
    if bundle["tie_breakers"]:
        names = columns | {
            f"{part['code']}.{criterion['code']}": f"{criterion['name']} ({part['name']})"
            for part in bundle.get("instruments", ())
            for criterion in part["criteria"]
        }
        order = "; ".join(names[code] for code in bundle["tie_breakers"])
        sentences.append(f"Nilai yang sama dipisahkan berturut-turut oleh: {order}.")
    return tuple(sentences)


def _line(placing, columns: dict[str, str]) -> Line:
    figures = placing.parts.get("per_instrument") or placing.parts.get("per_round") or {}
    decimals = placing.ranking.round.decimals
    return Line(
        position=placing.position,
        number=placing.entry.number,
        innovation=str(placing.entry.innovation),
        unit=placing.entry.innovation.unit.full_name,
        score=score(f"{placing.score:.{decimals}f}"),
        advances=bool(placing.advances),
        parts=tuple(score(figures[code]) for code in columns),
    )
