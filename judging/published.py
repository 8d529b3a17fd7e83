"""What the public may read of results, from stored rows only: lists, tables, files and papers."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse

from competitions.models import Edition
from entries.models import Entry, EntryVersion, Participation
from entries.models.innovation import StageReached
from entries.selection import AnnouncedPaper, paper_of
from judging.documents import pledge_number
from judging.models import Certificate, Judge, OfficialRecord, Publication, Ranking, SheetPaper
from judging.paper_register import about, known_papers, public_files
from judging.queries import published_rankings
from judging.sheet_paper import paper_with, published_paper
from judging.states import RecordStatus, RoundKind, SheetPaperStatus
from judging.tables import Column, Row, Table, table_of, with_entries

REPORTED = [StageReached.FINALIST, StageReached.WINNER]


@dataclass(frozen=True)
class Finalist:
    """One line of the table of finalists: the final beside the desk round it came from."""

    row: Row
    desk_cells: tuple[tuple[Column, str | None], ...]


@dataclass(frozen=True)
class Group:
    """The results of one category, or of the whole edition where it has none."""

    name: str
    tables: dict[str, Table]

    @property
    def final(self) -> Table | None:
        return self.tables.get(RoundKind.FINAL)

    @property
    def desk(self) -> Table | None:
        return self.tables.get(RoundKind.DESK)

    @property
    def presentation(self) -> Table | None:
        return self.tables.get(RoundKind.PRESENTATION)

    @property
    def in_order(self) -> list[Table]:
        return [self.tables[kind] for kind in RoundKind if kind in self.tables]

    @property
    def winners(self) -> list[Row]:
        return self.final.advancing if self.final else []

    @property
    def finalists(self) -> list[Finalist]:
        if not self.final:
            return []
        desk = {row.entry.pk: row.cells for row in self.desk.rows} if self.desk else {}
        return [Finalist(row, desk.get(row.entry.pk, ())) for row in self.final.rows]


@dataclass(frozen=True)
class IndexRow:
    """An edition in the list of results."""

    edition: Edition
    publication: Publication | None = None
    finalists: list[Participation] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)

    @property
    def winners(self) -> list[Participation]:
        return [finalist for finalist in self.finalists if finalist.reported_position]


def groups_of(edition: Edition, rankings: Iterable[Ranking]) -> list[Group]:
    """Rankings of one edition, by category."""
    names = {round_.code: round_.name for round_ in edition.rounds.all()}
    groups: dict[str, Group] = {}
    for ranking in rankings:
        name = ranking.category.name if ranking.category else ""
        group = groups.setdefault(name, Group(name, {}))
        group.tables[ranking.round.kind] = table_of(ranking, names)
    return list(groups.values())


def latest_publications(now: datetime) -> dict[int, Publication]:
    """The newest visible publication of each edition, by its id, with the final rankings as `finals`."""
    finals = with_entries(Ranking.objects.filter(round__kind=RoundKind.FINAL)).order_by("category__position")
    found = (
        Publication.objects.filter(visible_from__lte=now)
        .order_by("edition_id", "-version")
        .distinct("edition_id")
        .select_related("edition")
        .prefetch_related(Prefetch("rankings", finals, to_attr="finals"), "edition__rounds")
    )
    return {publication.edition_id: publication for publication in found}


def index(now: datetime) -> list[IndexRow]:
    """Every edition, newest first: with a visible result, with reported finalists, or still to come."""
    publications = latest_publications(now)
    reported_ones = Prefetch("participations", _reported_finalists(), to_attr="finalists")
    rows = []
    editions = Edition.objects.order_by("-year", "code")
    for edition in editions.prefetch_related(reported_ones):
        publication = publications.get(edition.pk)
        if publication:
            rows.append(IndexRow(edition, publication, groups=groups_of(publication.edition, publication.finals)))
        elif (edition.is_history and not edition.is_demo) or edition.opened_at:
            rows.append(IndexRow(edition, finalists=edition.finalists if edition.is_history else []))
    return rows


def _reported_finalists() -> QuerySet[Participation]:
    return (
        Participation.objects.filter(reported_stage__in=REPORTED)
        .select_related("innovation__unit__agency", "recorded_for__unit__agency")
        .order_by("reported_category", "reported_position", "innovation__short_name")
    )


def reported(edition: Edition) -> dict[str, Any]:
    """The finalists of an edition before this system, as they were published, by category."""
    finalists = list(_reported_finalists().filter(edition=edition))
    categories: dict[str, list[Participation]] = {}
    for finalist in finalists:
        categories.setdefault(finalist.reported_category, []).append(finalist)
    figures = {figure.key: figure.value for figure in edition.figures.all()}
    return {
        "edition": edition,
        "categories": categories,
        "has_winners": any(finalist.reported_position for finalist in finalists),
        "unpublished_count": max(figures.get("finalists", 0) - len(finalists), 0),
        "figures": edition.figures.all(),
    }


def results(publication: Publication, now: datetime) -> dict[str, Any]:
    """Everything that the page of a published result shows."""
    edition = publication.edition
    rankings = list(published_rankings(publication))
    versions = edition.publications.filter(visible_from__lte=now).prefetch_related("files__document")
    locked = {ranking.round_id: ranking.round for ranking in rankings if ranking.round.kind != RoundKind.FINAL}
    records = (
        OfficialRecord.objects.filter(ranking__in=rankings)
        .select_related("document", "ranking__category")
        .order_by("issued_at", "id")
    )
    return {
        "edition": edition,
        "publication": publication,
        "groups": groups_of(edition, rankings),
        "rounds": locked.values(),
        "versions": versions,
        "files": next(version.files.all() for version in versions if version.pk == publication.pk),
        "records": records,
    }


@dataclass(frozen=True)
class Paper:
    """A numbered paper on the verification page; `file_id` only of a record, `entry` or `judge` only of a piagam."""

    number: str
    kind: str
    about: str
    edition: Edition
    issued_at: datetime
    state: RecordStatus
    reason: str = ""
    sha256: str = ""
    digest: str = ""
    file_id: int | None = None
    entry: Entry | None = None
    judge: Judge | None = None
    page_url: str = ""
    signed_sha256: str = ""
    replaced_by: str = ""


def paper(number: str, now: datetime) -> Paper | None:
    """The paper of that number, once the result it belongs to is visible."""
    record = (
        known_papers(now)
        .filter(number=number)
        .select_related("edition", "document", "signed_document", "ranking__round", "ranking__category", "round")
        .first()
    )
    if record:
        return _paper_of_record(record, now)
    certificate = (
        visible_certificates(now)
        .filter(number=number)
        .select_related(
            "entry__edition", "entry__innovation__unit__agency", "judge__edition", "judge__user", "document"
        )
        .first()
    )
    if certificate:
        return _paper_of_certificate(certificate)
    announced = paper_of(number, now)
    if announced:
        return _paper_of_announcement(announced)
    sheets = published_paper(number, now)
    if sheets:
        return _paper_of_sheets(sheets, number)
    pledge = _pledge_of(number)
    return _paper_of_pledge(pledge, number) if pledge else None


def paper_of_digest(digest: str, now: datetime) -> Paper | None:
    """The paper of a judge's sheets by its digest, also before the result is out: then only that there is one."""
    sheets = paper_with(digest)
    if sheets is None:
        return None
    return _paper_of_sheets(sheets, sheets.number if published_paper(sheets.number, now) else "")


def _pledge_of(number: str) -> Judge | None:
    """A signed pledge by its number; it is no secret that somebody signed, and the page does not say who."""
    ordinal, _, rest = number.partition("/PI/")
    if not rest or not ordinal.isascii() or not ordinal.isdigit():
        return None
    signed = Judge.objects.exclude(pledge_digest="").select_related("edition", "pledge_paper")
    found = signed.filter(edition__code=rest.lower(), label=f"J{int(ordinal)}").first()
    return found if found and pledge_number(found) == number else None


def received(digest: str) -> list[EntryVersion]:
    """The submissions of which a receipt with this digest speaks; twice the same text has twice the same digest."""
    found = EntryVersion.objects.filter(digest=digest).select_related("entry__edition").defer("content")
    return list(found.order_by("frozen_at", "pk"))


def visible_certificates(now: datetime) -> QuerySet[Certificate]:
    """Certificates whose result is out: of the publication that issued them, or of a later one."""
    out = Publication.objects.filter(
        edition=Coalesce(OuterRef("entry__edition"), OuterRef("judge__edition")),
        visible_from__lte=now,
        published_at__gte=OuterRef("issued_at"),
    )
    return Certificate.objects.filter(Exists(out))


def papers_of_entry(entry: Entry, now: datetime) -> list[tuple[str, str]]:
    """Label and address of the papers that the unit of an entry may fetch; `entries` asks for them through settings."""
    return [
        (f"Unduh piagam {certificate.title} (PDF)", certificate_url(certificate))
        for certificate in visible_certificates(now).filter(entry=entry)
    ]


def certificate_url(certificate: Certificate) -> str:
    return reverse("judging:certificate", args=[certificate.number])


def _paper_of_record(record: OfficialRecord, now: datetime) -> Paper:
    """The one that replaces it is named as soon as it may be known itself."""
    successor = known_papers(now).filter(pk=record.replaced_by_id).first()
    return Paper(
        number=record.number,
        kind=record.get_kind_display(),
        about=about(record),
        edition=record.edition,
        issued_at=record.issued_at,
        state=RecordStatus(record.status),
        reason=record.status_reason,
        sha256=record.document.sha256,
        digest=record.data_digest,
        file_id=record.pk if public_files(now).filter(pk=record.pk).exists() else None,
        signed_sha256=record.signed_document.sha256 if record.signed_document else "",
        replaced_by=successor.number if successor else "",
    )


def _paper_of_announcement(paper: AnnouncedPaper) -> Paper:
    found = paper.announcement
    return Paper(
        number=found.number,
        kind="Pengumuman hasil seleksi administrasi",
        about=f"{found.passed} dari {found.received} usulan lolos seleksi administrasi",
        edition=found.edition,
        issued_at=found.visible_from,
        state=RecordStatus.REPLACED if paper.replaced_by else RecordStatus.ISSUED,
        reason=f"Diganti pengumuman nomor {paper.replaced_by}." if paper.replaced_by else "",
        sha256=found.document.sha256,
        digest=found.data_digest,
        page_url=reverse("entries:selection_version", args=[found.edition.code, found.version]),
    )


def _paper_of_sheets(sheets: SheetPaper, number: str) -> Paper:
    """Never with a figure; `number` only once the result is out, since it names judge, entry and version."""
    round_ = sheets.assignment.round
    is_replaced = sheets.status == SheetPaperStatus.REPLACED
    return Paper(
        number=number,
        kind="Lembar penilaian juri",
        about=f"Penilaian seorang juri pada babak {round_.name}",
        edition=round_.edition,
        issued_at=sheets.issued_at,
        state=RecordStatus.REPLACED if is_replaced else RecordStatus.ISSUED,
        reason="Panitia membuka kembali lembarnya sebelum penilaian ditutup." if is_replaced else "",
        sha256=sheets.document.sha256 if sheets.document and number else "",
        digest=sheets.data_digest,
    )


def _paper_of_pledge(judge: Judge, number: str) -> Paper:
    return Paper(
        number=number,
        kind="Pakta integritas juri",
        about=f"Pernyataan seorang juri {judge.edition.name}",
        edition=judge.edition,
        issued_at=judge.pledged_at,
        state=RecordStatus.SIGNED,
        sha256=judge.pledge_paper.sha256,
        digest=judge.pledge_digest,
    )


def _paper_of_certificate(certificate: Certificate) -> Paper:
    return Paper(
        number=certificate.number,
        kind="Piagam",
        about=certificate.title,
        edition=certificate.edition,
        issued_at=certificate.issued_at,
        state=RecordStatus.ISSUED,
        sha256=certificate.document.sha256 if certificate.document else "",
        entry=certificate.entry,
        judge=certificate.judge,
    )
