"""What a judge writes beside the marks: autosave of comments, and the note for nobody else with and without script."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from judging import judge_pages
from judging.actions import writing
from judging.actions.sheet import save_comment as keep_comment
from judging.forms.autosave import sent_comment, sent_note, sent_remark
from judging.forms.writing import NoteForm
from judging.models import Assignment
from judging.views.autosaving import autosave, log_refusal, stands_json
from judging.views.judge import of_own_assignment, sheet_page
from kiks.exceptions import RuleBrokenError, StaleVersionError


@autosave
def save_comment(request: HttpRequest, sheet_id: int) -> HttpResponse | None:
    """200 with nothing, 409 with the text that stands, 422 with the sentence for the judge."""
    sent = sent_comment(request.body)
    if sent is None:
        return None
    keep_comment(sheet_id, by=request.user, **sent._asdict())
    return JsonResponse({})


@autosave
def save_criterion_comment(request: HttpRequest, sheet_id: int) -> HttpResponse | None:
    """200 with the version that stands now, 409 with the text that stands, 422 with the sentence for the judge."""
    sent = sent_remark(request.body)
    if sent is None:
        return None
    kept = writing.put_criterion_comment(sheet_id, by=request.user, **sent._asdict())
    return JsonResponse({"version": kept.version})


@autosave
def save_note(request: HttpRequest, assignment_id: int) -> HttpResponse | None:
    sent = sent_note(request.body)
    if sent is None:
        return None
    kept = writing.put_private_note(assignment_id, by=request.user, **sent._asdict())
    return JsonResponse({"version": kept.version})


@require_POST
@of_own_assignment
def note(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    """The private note, for a browser without the script."""
    form = NoteForm(request.POST)
    if form.is_valid():
        sent = form.cleaned_data
        try:
            writing.put_private_note(assignment.pk, by=request.user, text=sent["text"], version=sent["version"])
        except StaleVersionError as error:
            form.show_stale("text", str(error), stands_json(error.current), seen=None, version="version")
        except RuleBrokenError as error:
            log_refusal(request.user, assignment.pk, error, on="assignment")
            form.add_error("text", str(error))
    if form.errors:
        return sheet_page(request, judge_pages.score_page(request.user, assignment), note=form, status=422)
    messages.success(request, "Catatan pribadi Anda tersimpan.")
    return redirect(f"{reverse('judging:sheet', args=[assignment.pk])}#catatan-pribadi")
