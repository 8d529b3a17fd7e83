"""Nilai saya: after the publication a judge sees that every mark handed in is the mark counted."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from judging.forms.own_marks import PastedForm
from judging.models import Judge
from judging.own_marks import PublishedMarks
from judging.queries import visible_publication
from kiks import clock


def my_marks(request: HttpRequest, edition_code: str) -> HttpResponse:
    judge = get_object_or_404(Judge.objects.select_related("edition"), user=request.user, edition__code=edition_code)
    publication = visible_publication(judge.edition, clock.now())
    if publication is None:
        raise Http404
    published = PublishedMarks(judge, publication)
    form = PastedForm(request.POST if request.method == "POST" else None)
    proven = None
    if form.is_bound and form.is_valid():
        proven = published.of_receipt(form.cleaned_data["receipt"], form.cleaned_data["nonce"])
    rows = published.rows()
    context = {
        "judge": judge,
        "publication": publication,
        "rows": rows,
        "wrong": sum(1 for row in rows if row.problems),
        "form": form,
        "proven": proven,
    }
    return render(request, "judging/judge/my_marks.html", context)
