"""The judge's seat: pledge, conflicts, what is kept of the judge, and the plenary."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from judging import plenary, queries, reading_order
from judging.actions import panel
from judging.documents import pledge_facts, pledge_number
from judging.forms.judge import ConflictsForm, PledgeForm
from judging.models import Judge
from kiks.exceptions import RuleBrokenError
from kiks.papers import digest_of
from kiks.serving import download_stored
from kiks.texts import file_name


def own_seat(request: HttpRequest, edition_code: str) -> Judge:
    seats = Judge.objects.select_related("edition", "user", "pledge_paper", "cv")
    return get_object_or_404(seats, user=request.user, edition__code=edition_code)


def pledge(request: HttpRequest, edition_code: str) -> HttpResponse:
    """The text to be signed; afterwards the paper that was made of it."""
    judge = own_seat(request, edition_code)
    facts = pledge_facts(judge)
    if request.method == "POST":
        form = PledgeForm(request.POST)
        try:
            # Who sends no digest has read no text.
            panel.sign_pledge(judge, by=request.user, shown=form.data.get("digest") or "-")
        except RuleBrokenError as error:
            messages.error(request, str(error))
            return redirect("judging:pledge", edition_code)
        messages.success(request, "Pakta integritas sudah Anda tandatangani.")
        return redirect("judging:my_entries")
    context = {"judge": judge, "facts": facts, "pledge_form": PledgeForm(initial={"digest": digest_of(facts)})}
    if judge.pledge_paper:
        context["number"] = pledge_number(judge)
    return render(request, "judging/judge/pledge.html", context)


@require_safe
def pledge_paper(request: HttpRequest, edition_code: str) -> HttpResponse:
    return pledge_file(own_seat(request, edition_code))


@require_safe
def cv(request: HttpRequest, edition_code: str) -> HttpResponse:
    """What the committee keeps of the judge, for the judge."""
    return cv_file(own_seat(request, edition_code))


def pledge_file(judge: Judge) -> HttpResponse:
    if judge.pledge_paper is None:
        raise Http404
    return download_stored(judge.pledge_paper, file_name(pledge_number(judge)))


def cv_file(judge: Judge) -> HttpResponse:
    if judge.cv is None:
        raise Http404
    return download_stored(judge.cv, f"riwayat-hidup-{judge.edition.code}-{judge.label}.pdf")


def conflicts(request: HttpRequest, round_id: int) -> HttpResponse:
    round_ = get_object_or_404(queries.my_rounds(request.user), pk=round_id)
    judge = queries.judge_of(request.user, round_.edition)
    if not judge.pledged_at:
        return redirect("judging:pledge", round_.edition.code)
    unanswered = queries.unanswered_conflicts(judge, round_).order_by(
        "entry__innovation__unit__agency__name", "entry__innovation__unit__name", "entry__number"
    )
    form = ConflictsForm(request.POST or None, assignments=unanswered)
    if not form.assignments:
        return redirect("judging:my_entries")
    if form.is_valid():
        try:
            panel.declare_conflicts(judge, round_, by=request.user, conflicts=form.conflicts(), asked=form.asked())
        except RuleBrokenError as error:
            messages.error(request, str(error))
            return redirect("judging:my_entries")
        if queries.unanswered_conflicts(judge, round_).exists():
            messages.info(
                request, "Pernyataan Anda tersimpan. Panitia baru saja menambah usulan: jawab juga di bawah ini."
            )
            return redirect("judging:conflicts", round_.pk)
        messages.success(request, "Pernyataan Anda tersimpan. Anda dapat mulai menilai.")
        return redirect("judging:my_entries")
    context = {"round": round_, "judge": judge, "form": form, "recusals": reading_order.recusals_of(judge, round_)}
    return render(request, "judging/judge/conflicts.html", context)


@require_safe
def plenary_room(request: HttpRequest, round_id: int) -> HttpResponse:
    """The tied groups, for those who settle them; later the berita acara that they sign."""
    round_ = get_object_or_404(plenary.rounds_of(request.user), pk=round_id)
    view = plenary.PlenaryView(round_)
    if not view.is_open_to_judges:
        raise Http404
    return render(request, "judging/judge/plenary.html", {"view": view, "round": round_})


@require_safe
def record(request: HttpRequest, record_id: int) -> HttpResponse:
    """The berita acara for the judge who signs it, from the confirmation on."""
    found = plenary.record_for(request.user, record_id)
    if found is None:
        raise Http404
    # Not the file itself, in which every mark lies; papers of before carry nothing inside.
    return download_stored(found.signing_copy or found.document, file_name(found.number))
