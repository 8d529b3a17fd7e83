"""One page per question: typing, saving by itself, and what stood there before."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from competitions.models import Question
from entries.actions import answers as actions
from entries.eligibility import count_words
from entries.forms import AnswerForm, RestoreForm
from entries.models import Answer, EarlierAnswer, Entry
from entries.permissions import check_can_write_section, writing_ends_at
from entries.queries import answer_of, earlier_answers, entry_for, entry_to_save
from entries.views.autosave import conflict, refused, saved
from entries.views.writing import leads_away
from kiks import clock
from kiks.access import allowed
from kiks.exceptions import RuleBrokenError, StaleVersionError
from kiks.word_diff import compared

PER_PAGE = 20


def answer(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    entry = entry_for(request.user, pk)
    question = get_object_or_404(entry.edition.questions, code=code)
    if away := leads_away(request, entry, question.code):
        return away
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
    """The autosave of static/js/entry.js: `entries.views.autosave` says what it answers."""
    entry = entry_to_save(request.user, pk)
    question = get_object_or_404(entry.edition.questions, code=code)
    form = AnswerForm(request.POST, question=question)
    if not form.is_valid():
        return refused(" ".join(sum(form.errors.values(), [])))
    try:
        answer = actions.save_answer(entry, by=request.user, question=question, **form.cleaned_data)
    except StaleVersionError as refusal:
        return conflict(refusal, **_facts_of(refusal.current))
    except RuleBrokenError as refusal:
        return refused(str(refusal), is_closed=True)
    return saved(**_facts_of(answer))


def _facts_of(answer: Answer) -> dict[str, object]:
    return {
        "token": str(answer.version),
        "values": {"text": [answer.text]},
        "at": answer.edited_at,
        "by": answer.edited_by,
    }


def history(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Every earlier version of an answer that was kept; also after the closing, then only to read and to copy."""
    entry = entry_for(request.user, pk)
    question = get_object_or_404(entry.edition.questions, code=code)
    current = answer_of(entry, question)
    form = RestoreForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.restore_answer(entry, by=request.user, question=question, **form.cleaned_data)
        except StaleVersionError as refusal:
            status = 409
            messages.warning(request, f"{refusal} Bandingkan lagi sebelum memakai versi lama.")
        except RuleBrokenError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "Tulisan lama dipakai lagi. Tulisan yang tadi berlaku tersimpan pada riwayat.")
            return redirect("entries:answer", pk, code)
    page = Paginator(earlier_answers(current), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "entry": entry,
        "question": question,
        "answer": current,
        "words": count_words(current.text),
        "page": page,
        "versions": [(earlier, count_words(earlier.text)) for earlier in page],
        "may_write": _may_write(request, entry, question),
        **_chosen(request, current, page.object_list),
    }
    return render(request, "entries/history.html", context, status=status)


def _chosen(request: HttpRequest, current: Answer, shown: list[EarlierAnswer]) -> dict[str, object]:
    """The version that is read in full: named in the address, otherwise the newest of the page."""
    wanted = request.GET.get("versi", "")
    if wanted.isdecimal() and len(wanted) < 10:
        earlier = earlier_answers(current).filter(version=int(wanted)).first()
        if earlier is None:
            raise Http404
    else:
        earlier = shown[0] if shown else None
    if earlier is None:
        return {"chosen": None}
    form = RestoreForm(initial={"earlier": earlier.version, "version": current.version})
    form.helper.form_action = request.path
    return {"chosen": earlier, "segments": list(compared(earlier.text, current.text)), "form": form}


def _may_write(request: HttpRequest, entry: Entry, question: Question) -> bool:
    return allowed(check_can_write_section, request.user, entry, question.code, clock.now())
