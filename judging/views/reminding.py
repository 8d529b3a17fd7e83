"""Remind judges who are behind: one of them or all, in one click; once more within a day only when that is meant."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from judging.actions.reminder import Reminded, remind_judges
from judging.control_room import RoundRoom
from judging.models import Judge
from judging.permissions import check_can_remind
from judging.views.control_room import page, refuse, room_url, round_or_404
from kiks.access import allowed
from kiks.exceptions import RuleBrokenError


def remind(request: HttpRequest, round_id: int) -> HttpResponse:
    round_ = round_or_404(round_id)
    if request.method == "POST":
        chosen = [int(pk) for pk in request.POST.getlist("juri") if pk.isascii() and pk.isdigit() and len(pk) < 10]
        judges = Judge.objects.filter(edition=round_.edition_id, pk__in=chosen) if "juri" in request.POST else None
        try:
            done = remind_judges(round_, by=request.user, judges=judges, even_if_recent=request.POST.get("lagi") == "1")
        except RuleBrokenError as error:
            refuse(request, error)
            return redirect(room_url(round_))
        _tell(request, done)
        return redirect("admin:judging_remind", round_.pk) if done.left_alone else redirect(room_url(round_))
    if not allowed(check_can_remind, request.user, round_):
        messages.info(request, "Juri diingatkan selama penilaian dibuka.")
        return redirect(room_url(round_))
    return page(
        request,
        "remind.html",
        title="Ingatkan juri",
        subtitle=str(round_),
        room=RoundRoom(round_),
    )


def _tell(request: HttpRequest, done: Reminded) -> None:
    if done.mailed:
        messages.success(request, f"Surel pengingat dikirim kepada {_names(done.mailed)}.")
    if done.left_alone:
        messages.warning(
            request,
            f"{_names(done.left_alone)} sudah diingatkan dalam 24 jam terakhir dan tidak dikirimi lagi."
            " Bila memang perlu, kirim sekali lagi dari daftar di bawah ini.",
        )


def _names(judges: tuple[Judge, ...]) -> str:
    return ", ".join(str(judge) for judge in judges)
