"""One page per question: typing, saving by itself."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from competitions.models import Question
from entries.actions import answers as actions
from entries.forms import AnswerForm
from entries.models import Answer, Entry
from entries.permissions import check_can_write_entry, writing_ends_at
from entries.queries import answer_of, entry_for
from kiks import clock
from kiks.access import allowed
from kiks.exceptions import RuleBrokenError, StaleVersionError
from kiks.formats import indonesian_time


def answer(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    entry = entry_for(request.user, pk)
    question = get_object_or_404(entry.edition.questions, code=code)
    if request.method != "POST" and not _may_write(request, entry):
        return redirect("entries:detail", pk)
    current = answer_of(entry, question)
    initial = {"text": current.text, "version": current.version}
    form = AnswerForm(request.POST or None, question=question, initial=initial)
    stored, status = None, 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_answer(entry, by=request.user, question=question, **form.cleaned_data)
        except StaleVersionError as refusal:
            stored, status = refusal.current, 409
            form.add_error(None, str(refusal))
            form.data = form.data.copy()
            form.data["version"] = stored.version
        except RuleBrokenError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{question.title} tersimpan.")
            return redirect("entries:answer", pk, code)
    context = {"entry": entry, "question": question, "form": form, "answer": current, "stored": stored}
    return render(request, "entries/answer.html", context | _around(entry, question), status=status)


def _around(entry: Entry, question: Question) -> dict[str, object]:
    """Where the question stands among the others, and what the judges look for in it."""
    questions = list(entry.edition.questions.all())
    place = questions.index(question)
    return {
        "place": place + 1,
        "total": len(questions),
        "previous": questions[place - 1] if place else None,
        "next": questions[place + 1] if place + 1 < len(questions) else None,
        "criteria": question.criteria.filter(instrument__edition=entry.edition).select_related("instrument"),
        "ends_at": writing_ends_at(entry),
        "now": clock.now(),
        "csrf_cookie_name": settings.CSRF_COOKIE_NAME,
    }


@require_POST
def save_answer(request: HttpRequest, pk: int, code: str) -> JsonResponse:
    """The autosave of static/js/entry.js: 200 saved, 409 somebody else saved meanwhile, 422 refused with a sentence."""
    entry = entry_for(request.user, pk)
    question = get_object_or_404(entry.edition.questions, code=code)
    form = AnswerForm(request.POST, question=question)
    if not form.is_valid():
        return JsonResponse({"message": " ".join(sum(form.errors.values(), []))}, status=422)
    try:
        saved = actions.save_answer(entry, by=request.user, question=question, **form.cleaned_data)
    except StaleVersionError as refusal:
        return JsonResponse({"message": str(refusal), **_facts_of(refusal.current)}, status=409)
    except RuleBrokenError as refusal:
        return JsonResponse({"message": str(refusal)}, status=422)
    return JsonResponse(_facts_of(saved))


def _facts_of(answer: Answer) -> dict[str, object]:
    return {
        "text": answer.text,
        "version": answer.version,
        "saved_at": indonesian_time(answer.edited_at) if answer.edited_at else "",
        "saved_by": str(answer.edited_by),
    }


def _may_write(request: HttpRequest, entry: Entry) -> bool:
    return allowed(check_can_write_entry, request.user, entry, clock.now())
