"""The proposal form of an edition as a unit will see it, on one page; nothing is saved."""

from collections.abc import Iterator

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from competitions.models import Criterion, Edition, Question, StageKind
from competitions.queries import unconfirmed_rules
from entries.forms import AnswerForm, AttachmentForm, IdentityForm, SubmitForm, VideoForm
from entries.models import Entry, Innovation
from entries.task_queries import Slot
from kiks import clock
from kiks.formats import local_date
from kiks.forms import BaseForm


def form_of(request: HttpRequest, edition_id: int) -> HttpResponse:
    edition = get_object_or_404(Edition.objects.prefetch_related("attachment_rules"), pk=edition_id)
    # Which day is the latest depends on when the submission closes: without that stage there is no identity to draw.
    has_dates = edition.stages.filter(kind=StageKind.SUBMISSION).exists()
    context = {
        "edition": edition,
        "url": reverse("admin:entries_preview", args=[edition.pk]),
        "is_typed": request.method == "POST",
        "unconfirmed": list(unconfirmed_rules(edition)),
        "identity": _identity(edition) if has_dates else None,
        "questions": list(_questions(edition)),
        "slots": [
            (Slot(rule.code, rule.name, rule, []), _without_button(AttachmentForm(rule=rule)))
            for rule in edition.attachment_rules.all()
        ],
        "video": _without_button(VideoForm()),
        "statement": _without_button(SubmitForm()),
        "checklist": list(edition.checklist.all()),
    }
    return render(request, "entries/preview.html", context)


def _identity(edition: Edition) -> IdentityForm:
    entry = Entry(edition=edition, innovation=Innovation())
    return _without_button(IdentityForm(entry=entry, today=local_date(clock.now()), auto_id="identitas_%s"))


def _questions(edition: Edition) -> Iterator[tuple[Question, AnswerForm, list[Criterion]]]:
    criteria = Criterion.objects.filter(instrument__edition=edition).select_related("instrument")
    for question in edition.questions.prefetch_related(Prefetch("criteria", criteria)):
        form = AnswerForm(question=question, initial={"version": 0}, auto_id=f"jawaban-{question.code}_%s")
        yield question, _without_button(form), list(question.criteria.all())


def _without_button[F: BaseForm](form: F) -> F:
    """A form that cannot be sent: its fields only."""
    form.helper.submit_label = ""
    form.helper.form_tag, form.helper.disable_csrf = False, True
    return form
