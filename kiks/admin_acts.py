"""One act of the committee on one object of a list: a page with a form, the action, a sentence, and back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse

from kiks.exceptions import RuleBrokenError
from kiks.forms import BaseForm


@dataclass(frozen=True, kw_only=True)
class Act:
    """`perform` takes the object, `by` and what the form holds; `path` ends the address and its name."""

    path: str
    title: str
    form: type[BaseForm]
    perform: Callable[..., Any]
    consequence: Callable[[Any], str]
    done: Callable[[Any], str]
    is_grave: bool = False
    template: str = "admin/act.html"

    def name(self, opts: Any) -> str:
        return f"{opts.app_label}_{opts.model_name}_{self.path.replace('-', '_')}"

    def address(self, obj: models.Model) -> str:
        return reverse(f"admin:{self.name(obj._meta)}", args=[obj.pk])


def act_urls(model_admin: ModelAdmin, acts: Iterable[Act]) -> list[URLPattern]:
    """The pages of the acts, for `get_urls` of the admin."""
    wrap = model_admin.admin_site.admin_view
    return [
        path(
            f"<int:pk>/{act.path}/",
            wrap(_page),
            {"act": act, "model_admin": model_admin},
            name=act.name(model_admin.opts),
        )
        for act in acts
    ]


def _page(request: HttpRequest, pk: int, act: Act, model_admin: ModelAdmin) -> HttpResponse:
    found = get_object_or_404(model_admin.get_queryset(request), pk=pk)
    form = act.form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            act.perform(found, by=request.user, **form.cleaned_data)
        except RuleBrokenError as error:
            form.add_error(None, list(error.sentences))
        else:
            messages.success(request, act.done(found))
            return redirect(f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_changelist")
    form.helper.cancel_url = reverse(
        f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_change", args=[found.pk]
    )
    context = {
        "title": act.title,
        "subtitle": str(found),
        "form": form,
        "consequence": act.consequence(found),
        "tone": "danger" if act.is_grave else "warn",
        "object": found,
        "opts": model_admin.opts,
    }
    return render(request, act.template, {**model_admin.admin_site.each_context(request), **context})
