"""What a judge sees around the sheets: the list, the own figures, two own entries side by side."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from judging import comparison, plenary, queries, reading_order
from judging.forms.comparison import ComparisonForm
from judging.models import Assignment, Judge, Round
from judging.own_figures import OwnFigures
from judging.states import RoundKind, RoundStatus
from judging.views.judge import of_own_assignment, of_own_round
from kiks import clock

KNOWN_CHOICES = {value for value, _ in reading_order.CHOICES}


@require_safe
def my_entries(request: HttpRequest) -> HttpResponse:
    """The rounds of the judge; `keadaan` narrows the lists to the entries that are that far."""
    seats = reading_order.seats_of(request.user)
    if not seats:
        raise Http404
    sent = request.GET.get("keadaan", "")
    now = clock.now()
    context = {
        "rounds": reading_order.round_views(request.user, seats, sent if sent in KNOWN_CHOICES else ""),
        "unknown_choice": bool(sent) and sent not in KNOWN_CHOICES,
        "now": now,
        "published": queries.published_editions(request.user, now),
        "finals": plenary.rounds_of(request.user).filter(kind=RoundKind.FINAL),
    }
    return render(request, "judging/judge/my_entries.html", context)


@of_own_assignment
@require_safe
def own_spread(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    """The fold of the score bar anew, after a mark was saved."""
    if assignment.round.status != RoundStatus.OPEN:
        raise Http404
    standing = OwnFigures(assignment.judge, assignment.round).standing(assignment.pk)
    return render(request, "judging/judge/own_fold.html", {"standing": standing, "assignment": assignment})


@require_safe
@of_own_round
def compare(request: HttpRequest, round_: Round, judge: Judge) -> HttpResponse:
    """Two of the judge's own entries; a number that is not the judge's own is no better than one that nobody has."""
    own = comparison.own_assignments(judge, round_)
    sent = request.GET if "dengan" in request.GET else None
    form = ComparisonForm(sent, assignments=own, initial={"usulan": request.GET.get("usulan", "")})
    form.helper.form_action = reverse("judging:compare", args=[round_.pk])
    found = comparison.compared(judge, round_, form.chosen) if form.is_valid() else None
    context = {"round": round_, "form": form if sent else None, "comparison_form": form, "comparison": found}
    context |= {"own": own, "now": clock.now()}
    return render(request, "judging/judge/compare.html", context, status=404 if form.errors else 200)
