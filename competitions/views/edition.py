"""An edition as a whole, in the admin site: copied from another year, what still blocks it, opened."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from competitions.actions import copy_edition, open_edition
from competitions.forms.acts import CopyForm, OpenForm
from competitions.models import Edition
from competitions.permissions import check_can_copy_edition, check_can_open_edition
from competitions.readiness import confirmations_of, obstacles_of
from kiks.access import allowed
from kiks.admin_site import site
from kiks.exceptions import RuleBrokenError


def page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    frame = {**site.each_context(request), "opts": Edition._meta}
    return render(request, f"admin/competitions/{template}", {**frame, **context})


def copy_latest(request: HttpRequest) -> HttpResponse:
    """The newest edition that was run here is the one that most will copy."""
    source = Edition.objects.filter(is_history=False).order_by("-year", "-id").first()
    if source is None:
        messages.info(request, "Belum ada edisi yang dapat disalin. Tambahkan edisi pertama di sini.")
        return redirect("admin:competitions_edition_add")
    return redirect("admin:competitions_edition_copy", source.pk)


def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose the next year; the calendar that will be made stands beside the button."""
    source = get_object_or_404(Edition, pk=pk)
    stages = list(source.stages.order_by("opens_at"))
    form = CopyForm(request.POST or None, source=source, stages=stages)
    if request.method == "POST" and form.is_valid():
        if not form.is_seen:
            messages.info(request, "Periksa jadwal yang baru, lalu tekan “Salin edisi” sekali lagi.")
            form.show_again()
        elif edition := _copied(request, source, form):
            messages.success(request, f"{edition.name} disalin dari {source.name}. Belum ada yang dikonfirmasi.")
            return redirect("admin:competitions_edition_readiness", edition.pk)
    form.helper.cancel_url = reverse("admin:competitions_edition_changelist")
    shift = form.shift
    return page(
        request,
        "copy.html",
        title="Salin dari edisi sebelumnya",
        object=source,
        form=form,
        may_copy=allowed(check_can_copy_edition, request.user, source),
        calendar=[(stage, stage.opens_at + shift, stage.closes_at + shift) for stage in stages] if shift else [],
        others=Edition.objects.filter(is_history=False).exclude(pk=source.pk),
    )


def _copied(request: HttpRequest, source: Edition, form: CopyForm) -> Edition | None:
    wanted = {key: form.cleaned_data[key] for key in ("code", "year", "name")}
    try:
        return copy_edition(source, by=request.user, shift=form.shift, **wanted)
    except RuleBrokenError as error:
        form.add_error(None, list(error.sentences))
        return None


def readiness(request: HttpRequest, pk: int) -> HttpResponse:
    """What still blocks opening, what is worth a look, what is confirmed."""
    edition = get_object_or_404(Edition.objects.select_related("copied_from", "opened_by"), pk=pk)
    found = obstacles_of(edition)
    blocking = [obstacle for obstacle in found if obstacle.is_blocking]
    return page(
        request,
        "readiness.html",
        title="Kesiapan",
        object=edition,
        blocking=blocking,
        notes=[obstacle for obstacle in found if not obstacle.is_blocking],
        confirmations=confirmations_of(edition),
        may_open=not blocking and allowed(check_can_open_edition, request.user, edition),
    )


def open_to_public(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what becomes public; on POST let it become so."""
    edition = get_object_or_404(Edition, pk=pk)
    form = OpenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            open_edition(edition, by=request.user)
        except RuleBrokenError as error:
            for sentence in error.sentences:
                messages.error(request, sentence)
        else:
            messages.success(request, f"{edition.name} dibuka untuk umum.")
        return redirect("admin:competitions_edition_readiness", edition.pk)
    form.helper.cancel_url = reverse("admin:competitions_edition_readiness", args=[edition.pk])
    return page(
        request,
        "open.html",
        title="Buka edisi",
        object=edition,
        form=form,
        stages=edition.stages.order_by("opens_at"),
        blocking=[obstacle for obstacle in obstacles_of(edition) if obstacle.is_blocking],
    )
