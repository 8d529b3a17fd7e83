"""The control room of a round, inside the admin site: what stands, what blocks, and one page per step."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst

from competitions.models import Edition
from competitions.queries import current_edition
from judging.actions.publication import publish_edition, publishable_rankings
from judging.actions.record import issue_recap, issue_record
from judging.actions.result import confirm_round
from judging.actions.round import close_round, compute_provisional, confirm_shares, open_round, revoke_shares
from judging.control_room import RoundRoom, rooms_of
from judging.forms.control_room import PublishForm, ReasonForm, SourceForm, StepForm
from judging.models import OfficialRecord, Ranking, Round
from judging.states import RoundStatus
from kiks import clock
from kiks.admin_site import site
from kiks.exceptions import RuleBrokenError
from kiks.formats import indonesian_datetime
from kiks.models import User
from kiks.serving import download_stored
from kiks.texts import file_name

logger = logging.getLogger("judging.refusals")


@dataclass(frozen=True)
class RoundStep:
    """One button of a round: its address, the action behind it, and what is said before and after."""

    name: str
    path: str
    title: str
    label: str
    done: str
    run: Callable[[Round, User, dict[str, Any]], object]
    during: frozenset[RoundStatus]
    is_blockable: bool = False
    tone: str = "primary"
    form_class: type[StepForm] = StepForm


STEPS = (
    RoundStep(
        "confirm_shares",
        "konfirmasi-bobot",
        "Konfirmasi bobot babak",
        "Konfirmasi bobot",
        "Bobot babak dikonfirmasi.",
        lambda round_, by, data: confirm_shares(round_, by=by, source=data["source"]),
        frozenset({RoundStatus.DRAFT}),
        form_class=SourceForm,
    ),
    RoundStep(
        "revoke_shares",
        "cabut-konfirmasi-bobot",
        "Cabut konfirmasi bobot babak",
        "Cabut konfirmasi",
        "Konfirmasi dicabut; aturan babak dapat diubah lagi.",
        lambda round_, by, data: revoke_shares(round_, by=by, reason=data["reason"]),
        frozenset({RoundStatus.DRAFT}),
        tone="danger",
        form_class=ReasonForm,
    ),
    RoundStep(
        "open",
        "buka",
        "Buka babak",
        "Buka babak",
        "Babak dibuka. Juri dapat mulai menilai.",
        lambda round_, by, data: open_round(round_, by=by),
        frozenset({RoundStatus.DRAFT}),
        is_blockable=True,
        tone="danger",
    ),
    RoundStep(
        "close",
        "tutup-penilaian",
        "Tutup penilaian",
        "Tutup penilaian",
        "Penilaian ditutup. Semua lembar terkunci dan sidik jarinya tercatat.",
        lambda round_, by, data: close_round(round_, by=by),
        frozenset({RoundStatus.OPEN}),
        is_blockable=True,
        tone="danger",
    ),
    RoundStep(
        "compute",
        "hitung",
        "Hitung peringkat sementara",
        "Hitung peringkat",
        "Peringkat sementara dihitung.",
        lambda round_, by, data: compute_provisional(round_, by=by),
        frozenset({RoundStatus.SETTLING}),
    ),
    RoundStep(
        "confirm",
        "tetapkan",
        "Tetapkan hasil babak",
        "Tetapkan hasil",
        "Hasil babak ditetapkan.",
        lambda round_, by, data: confirm_round(round_, by=by),
        frozenset({RoundStatus.SETTLING}),
        is_blockable=True,
        tone="danger",
    ),
)


def page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    """A page inside the admin's frame; `title` becomes its heading."""
    return render(request, f"admin/judging/{template}", {**site.each_context(request), **context})


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: also a post without any field."""
    return request.POST if request.method == "POST" else None


def refuse(request: HttpRequest, error: RuleBrokenError) -> None:
    """Say why not, and log it: a refused step leaves no other trace."""
    logger.warning("Refused at %s for user %s: %s", request.path, request.user.pk, error)
    for sentence in error.sentences:
        messages.error(request, sentence)


def round_or_404(round_id: int) -> Round:
    return get_object_or_404(Round.objects.select_related("edition", "source", "stage"), pk=round_id)


def overview(request: HttpRequest) -> HttpResponse:
    """The rounds of one edition; `edisi` chooses another than the running one."""
    code = request.GET.get("edisi")
    edition = get_object_or_404(Edition, code=code) if code else current_edition()
    return page(
        request,
        "overview.html",
        title="Ruang kendali penilaian",
        edition=edition,
        rooms=rooms_of(edition) if edition else [],
        judges=edition.judges.select_related("user") if edition else [],
        publications=edition.publications.all() if edition else [],
        others=Edition.objects.filter(is_history=False).exclude(pk=edition.pk if edition else None),
    )


def room(request: HttpRequest, round_id: int) -> HttpResponse:
    round_ = round_or_404(round_id)
    return page(request, "room.html", title=round_.name, subtitle=round_.edition.name, room=RoundRoom(round_))


def step(request: HttpRequest, round_id: int, step: RoundStep) -> HttpResponse:
    """Say what will happen; on POST let it happen."""
    round_ = round_or_404(round_id)
    if request.method == "GET" and round_.status not in step.during:
        messages.info(request, "Langkah itu tidak berlaku pada keadaan babak sekarang.")
        return redirect("admin:judging_room", round_.pk)
    form = step.form_class(posted(request), label=step.label, tone=step.tone)
    if request.method == "POST" and form.is_valid():
        try:
            step.run(round_, request.user, form.cleaned_data)
        except RuleBrokenError as error:
            refuse(request, error)
        else:
            messages.success(request, step.done)
            if step.name == "confirm_shares" and not round_.edition.opened_at:
                return redirect("admin:competitions_edition_readiness", round_.edition_id)
        return redirect("admin:judging_room", round_.pk)
    form.helper.cancel_url = room_url(round_)
    found = RoundRoom(round_)
    return page(
        request,
        f"step_{step.name}.html",
        title=step.title,
        subtitle=str(round_),
        room=found,
        form=form,
        is_blocked=step.is_blockable and bool(found.blockers),
    )


def room_url(round_: Round) -> str:
    return reverse("admin:judging_room", args=[round_.pk])


def record(request: HttpRequest, ranking_id: int) -> HttpResponse:
    return _issued(request, ranking_id, issue_record, "berita acara")


def recap(request: HttpRequest, ranking_id: int) -> HttpResponse:
    return _issued(request, ranking_id, issue_recap, "rekap nilai")


def _issued(request: HttpRequest, ranking_id: int, issue: Callable[..., OfficialRecord], paper: str) -> HttpResponse:
    """Say what an official paper is; on POST issue it."""
    ranking = get_object_or_404(Ranking.objects.select_related("round__edition", "category"), pk=ranking_id)
    form = StepForm(posted(request), label=f"Terbitkan {paper}")
    if request.method == "POST" and form.is_valid():
        try:
            made = issue(ranking, by=request.user)
        except RuleBrokenError as error:
            refuse(request, error)
        else:
            messages.success(request, f"{capfirst(paper)} nomor {made.number} diterbitkan.")
        return redirect("admin:judging_room", ranking.round_id)
    form.helper.cancel_url = room_url(ranking.round)
    return page(
        request,
        "record.html",
        title=f"Terbitkan {paper}",
        subtitle=str(ranking.round),
        form=form,
        ranking=ranking,
        paper=paper,
    )


def record_file(request: HttpRequest, record_id: int) -> HttpResponse:
    """The paper for the committee, also before the result is out: the judges sign it."""
    found = get_object_or_404(OfficialRecord.objects.select_related("document"), pk=record_id)
    return download_stored(found.document, file_name(found.number))


def publish(request: HttpRequest, edition_id: int) -> HttpResponse:
    edition = get_object_or_404(Edition, pk=edition_id)
    is_correction = edition.publications.exists()
    form = PublishForm(posted(request), is_correction=is_correction, initial={"visible_from": clock.now()})
    if request.method == "POST" and form.is_valid():
        try:
            made = publish_edition(edition, by=request.user, **form.cleaned_data)
        except RuleBrokenError as error:
            refuse(request, error)
            return redirect("admin:judging_publish", edition.pk)
        messages.success(request, f"Hasil versi {made.version} terbit {indonesian_datetime(made.visible_from)}.")
        return redirect("admin:judging_overview")
    form.helper.cancel_url = reverse("admin:judging_overview")
    return page(
        request,
        "publish.html",
        title="Terbitkan hasil edisi",
        subtitle=edition.name,
        edition=edition,
        form=form,
        is_correction=is_correction,
        missing=publishing_blockers(edition),
    )


def publishing_blockers(edition: Edition) -> tuple[str, ...]:
    try:
        publishable_rankings(edition)
    except RuleBrokenError as error:
        return error.sentences
    return ()
