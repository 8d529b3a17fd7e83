"""The register of official papers, inside the admin site: what was issued, what stands, and what is done with it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from competitions.models import Edition
from judging.actions.papers import ISSUERS, replace_record, withdraw_record
from judging.forms.papers import PaperReasonForm
from judging.models import OfficialRecord
from judging.paper_register import about, papers_of
from judging.states import STANDING_RECORDS, RankingStatus
from judging.views.control_room import page, posted, refuse
from kiks.exceptions import RuleBrokenError
from kiks.serving import download_stored


@dataclass(frozen=True)
class Ending:
    """One way in which a paper stops to be valid."""

    title: str
    label: str
    consequence: str
    done: str
    run: Callable[..., OfficialRecord]


WITHDRAW = Ending(
    "Cabut naskah",
    "Cabut naskah",
    "Naskah yang dicabut tetap tersimpan, tetapi tidak berlaku lagi. Pencabutan tidak dapat dibatalkan.",
    "Naskah nomor {old} dicabut.",
    withdraw_record,
)
REPLACE = Ending(
    "Ganti naskah",
    "Terbitkan pengganti",
    "Naskah baru terbit dengan nomor baru dan harus ditandatangani lagi. Yang lama tetap tersimpan dan menyebut"
    " nomor penggantinya.",
    "Naskah nomor {old} diganti naskah nomor {new}.",
    replace_record,
)


@require_safe
def register(request: HttpRequest, edition_id: int) -> HttpResponse:
    edition = get_object_or_404(Edition, pk=edition_id)
    return page(
        request,
        "register.html",
        title="Naskah resmi",
        subtitle=edition.name,
        edition=edition,
        records=[(record, about(record)) for record in papers_of(edition)],
    )


def record_or_404(record_id: int) -> OfficialRecord:
    record = get_object_or_404(OfficialRecord.objects.select_related("edition"), pk=record_id)
    return papers_of(record.edition).get(pk=record_id)


@require_safe
def paper(request: HttpRequest, record_id: int) -> HttpResponse:
    """All that is known of one paper, and what can be done with it."""
    record = record_or_404(record_id)
    stands = record.status in STANDING_RECORDS
    return page(
        request,
        "register_paper.html",
        title=record.number,
        subtitle=record.get_kind_display(),
        record=record,
        about=about(record),
        stands=stands,
        is_replaceable=stands and record.kind in ISSUERS and record.ranking.status == RankingStatus.CONFIRMED,
        signatories=record.signatories.all(),
    )


def end(request: HttpRequest, record_id: int, ending: Ending) -> HttpResponse:
    """Say what will happen to the paper; on POST let it happen."""
    record = record_or_404(record_id)
    form = PaperReasonForm(posted(request), label=ending.label)
    if request.method == "POST" and form.is_valid():
        try:
            made = ending.run(record, by=request.user, **form.cleaned_data)
        except RuleBrokenError as error:
            refuse(request, error)
        else:
            messages.success(request, ending.done.format(old=record.number, new=made.number))
        return redirect("admin:judging_register_paper", record.pk)
    form.helper.cancel_url = reverse("admin:judging_register_paper", args=[record.pk])
    return page(
        request,
        "register_act.html",
        title=ending.title,
        subtitle=record.number,
        record=record,
        consequence=ending.consequence,
        form=form,
    )


@require_safe
def file_of(request: HttpRequest, record_id: int, which: str) -> HttpResponse:
    """One of the files of a paper: the copy to sign, or what came back signed."""
    record = record_or_404(record_id)
    document = {
        "untuk-ditandatangani": record.signing_copy or record.document,
        "bertanda-tangan": record.signed_document,
    }.get(which)
    if document is None:
        raise Http404
    return download_stored(document, f"{record.number.replace('/', '-')}-{which}.pdf")
