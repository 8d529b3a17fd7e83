"""The pages on which the committee reads, words and tries the mails of the system."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from kiks.admin_site import site
from kiks.exceptions import RuleBrokenError, StaleVersionError
from kiks.mail.checks import last_test, mail_is_tested, send_test_mail
from kiks.mail.editing import (
    edit_mail_text,
    history_targets,
    kinds,
    reset_mail_text,
    sample_of,
    wording_of,
)
from kiks.mail.forms import ResetForm, TestMailForm, WordingForm
from kiks.mail.wording import MailKind, Wording
from kiks.models import MailText

LIST = "admin:kiks_mailtext_changelist"


def index(request: HttpRequest) -> HttpResponse:
    """Every mail by group; a button tries whether mail leaves at all."""
    if request.method == "POST":
        _try_out(request)
        return redirect(LIST)
    edited = {row.template: row for row in MailText.objects.select_related("edited_by")}
    groups: dict[str, list[dict[str, Any]]] = {}
    for kind in kinds().values():
        groups.setdefault(kind.group, []).append({"kind": kind, "row": edited.get(kind.template)})
    context = {
        "groups": groups,
        "form": TestMailForm(),
        "is_tested": mail_is_tested(),
        "last_test": last_test(),
    }
    return _page(request, "mail_texts.html", title="Naskah surat", **context)


def edit(request: HttpRequest, template: str) -> HttpResponse:
    """One wording: save it, look at it, or send it to oneself; the button says which."""
    kind = _kind_or_404(template)
    current = wording_of(kind)
    if request.method != "POST":
        initial = {"subject": current.subject, "body": current.body, "known": current.digest}
        form = WordingForm(kind=kind, initial=initial)
        return _editor(request, kind, form, shown=current)
    form = WordingForm(request.POST, kind=kind)
    if not form.is_valid():
        return _editor(request, kind, form)
    if request.headers.get("HX-Request") or "preview" in request.POST:
        return _editor(request, kind, form, shown=form.wording)
    if "test" in request.POST:
        _try_out(request, kind, form.wording)
        return _editor(request, kind, form, shown=form.wording)
    return _save(request, kind, form)


def _save(request: HttpRequest, kind: MailKind, form: WordingForm) -> HttpResponse:
    try:
        row = edit_mail_text(kind, form.wording, by=request.user, known=form.cleaned_data["known"])
    except StaleVersionError as error:
        form.add_error(None, str(error))
        form.data = form.data.copy()
        form.data["known"] = error.current.digest  # type: ignore[attr-defined, index]
        return _editor(request, kind, form, shown=form.wording, current=error.current)
    said = f"Naskah “{kind.title}” disimpan." if row else "Tidak ada yang berubah pada naskah ini."
    messages.success(request, said)
    return redirect(LIST)


def reset(request: HttpRequest, template: str) -> HttpResponse:
    kind = _kind_or_404(template)
    here = reverse("admin:kiks_mailtext_edit", args=[template])
    if request.method == "POST":
        try:
            reset_mail_text(kind, by=request.user)
        except RuleBrokenError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"Naskah “{kind.title}” kembali ke bawaan.")
        return redirect(here)
    form = ResetForm()
    form.helper.cancel_url = here
    consequence = "Naskah yang ditulis panitia tidak dipakai lagi. Isinya tetap terbaca pada jejak audit."
    context = {"title": "Kembalikan ke bawaan", "subtitle": kind.title, "form": form, "consequence": consequence}
    return render(request, "admin/act.html", {**_frame(request), **context})


def _try_out(request: HttpRequest, kind: MailKind | None = None, wording: Wording | None = None) -> None:
    try:
        if kind and wording:
            sample = sample_of(kind, wording)
            send_test_mail(by=request.user, subject=f"[Uji coba] {sample.subject}", text=sample.body)
        else:
            send_test_mail(by=request.user)
    except RuleBrokenError as error:
        messages.error(request, str(error))
        return
    if settings.KIKS_MODE == "demo":
        messages.info(request, "Mode contoh: surat uji coba dicatat, tetapi tidak benar-benar dikirim.")
    else:
        messages.success(request, f"Surat uji coba dikirim ke {request.user.email}. Periksa kotak masuk Anda.")


def _editor(
    request: HttpRequest,
    kind: MailKind,
    form: WordingForm,
    *,
    shown: Wording | None = None,
    current: Wording | None = None,
) -> HttpResponse:
    context = {
        "kind": kind,
        "form": form,
        "sample": sample_of(kind, shown) if shown else None,
        "current": current,
        "row": MailText.objects.select_related("edited_by").filter(template=kind.template).first(),
        "history_url": history_url(history_targets(kind)),
    }
    if request.headers.get("HX-Request"):
        return render(request, "admin/kiks/_mail_preview.html", context)
    return _page(request, "mail_text.html", title=kind.title, subtitle="Naskah surat", **context)


def history_url(targets: Iterable[str]) -> str:
    """The trail of these things; empty where nothing has happened to any."""
    listed = " ".join(targets)
    return f"{reverse('admin:kiks_auditevent_changelist')}?{urlencode({'q': listed})}" if listed else ""


def _kind_or_404(template: str) -> MailKind:
    kind = kinds().get(template)
    if kind is None:
        raise Http404
    return kind


def _frame(request: HttpRequest) -> dict[str, Any]:
    return {**site.each_context(request), "opts": MailText._meta}


def _page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    return render(request, f"admin/kiks/{template}", {**_frame(request), **context})
