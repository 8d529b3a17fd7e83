"""Papers of sheets: what they say is fixed at the hand-in, the file is laid out later, once."""

import json
import time
from collections.abc import Collection
from dataclasses import asdict

from django.db import transaction
from django.db.models import QuerySet

from judging.models import Assignment, Round, SheetPaper
from judging.sheet_paper import facts_of
from judging.states import SHEET_PAPER_TRANSITIONS, SheetPaperStatus
from kiks import audit, clock
from kiks.models import User
from kiks.papers import lay_out_paper
from kiks.states import check_transition
from kiks.texts import sha256_of, to_json

# A page waits no longer than this for papers that are laid out while somebody looks; the minute's tick works longer.
SECONDS_OF_A_PAGE, SECONDS_OF_A_TICK = 1.5, 12.0


def issue_papers(round_: Round, assignments: Collection[int], *, by: User) -> dict[int, SheetPaper]:
    """Inside the act of handing in: a paper for each of the assignments, by their keys. Nothing is laid out yet."""
    papers = []
    for assignment, facts in facts_of(round_, assignments):
        text = to_json(asdict(facts))
        papers.append(
            SheetPaper(
                assignment=assignment,
                version=facts.version,
                number=facts.number,
                facts=text,
                data_digest=sha256_of(text),
                issued_at=clock.now(),
                issued_by=by,
            )
        )
    for paper in SheetPaper.objects.bulk_create(papers):
        audit.record(
            "sheet.paper_issued",
            paper,
            chain=round_.edition.code,
            by=by,
            number=paper.number,
            digest=paper.data_digest,
        )
    return {paper.assignment_id: paper for paper in papers}


def replace_paper(assignment: Assignment, *, by: User) -> None:
    """Inside the act of reopening: the paper of what was handed in stands no longer; it stays, and says so."""
    paper = assignment.papers.select_for_update().filter(status=SheetPaperStatus.ISSUED).first()
    if paper is None:
        return
    check_transition(SHEET_PAPER_TRANSITIONS, paper.status, SheetPaperStatus.REPLACED)
    paper.status = SheetPaperStatus.REPLACED
    paper.replaced_at, paper.replaced_by = clock.now(), by
    paper.save(update_fields=["status", "replaced_at", "replaced_by"])
    audit.record("sheet.paper_replaced", paper, chain=assignment.round.edition.code, by=by, number=paper.number)


def lay_out(paper: SheetPaper) -> SheetPaper:
    """Draw and store the file if there is none; the row is locked, so that two who ask at once get one file."""
    with transaction.atomic():
        paper = (
            SheetPaper.objects.select_for_update(of=["self"])
            .select_related("document", "assignment__round__edition")
            .get(pk=paper.pk)
        )
        if paper.document is None:
            paper.document = lay_out_paper(
                "score_sheet.html",
                number=paper.number,
                facts=json.loads(paper.facts),
                digest=paper.data_digest,
                is_demo=paper.assignment.round.edition.is_demo,
                checked_by=paper.data_digest,
            )
            paper.save(update_fields=["document"])
    return paper


def lay_out_some(papers: QuerySet[SheetPaper], *, seconds: float) -> int:
    """Lay out those that wait, at least one, until the time is over; returns how many were."""
    until, done = time.monotonic() + seconds, 0
    for pk in papers.filter(document__isnull=True).values_list("pk", flat=True):
        lay_out(SheetPaper(pk=pk))
        done += 1
        if time.monotonic() > until:
            break
    return done


def lay_out_waiting() -> str:
    """What the tick does, oldest first."""
    done = lay_out_some(SheetPaper.objects.order_by("pk"), seconds=SECONDS_OF_A_TICK)
    return f"{done} lembar penilaian disusun sebagai surat." if done else ""
