"""Correct a confirmed ranking: first what would change, then the new version beside the old one."""

import json
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from judging.actions.correction import Finding, correct_ranking, preview_correction
from judging.forms.correction import CorrectionForm
from judging.models import Ranking, Round
from judging.permissions import check_can_correct
from judging.queries import standing_rankings
from judging.views.control_room import page, posted, refuse, room_url, round_or_404
from kiks.exceptions import RuleBrokenError


@dataclass(frozen=True)
class Change:
    """One entry before and after; scores as printed."""

    number: str
    old_position: int
    old_score: str
    new_position: int
    new_score: str

    @property
    def is_none(self) -> bool:
        return (self.old_position, self.old_score) == (self.new_position, self.new_score)


@dataclass(frozen=True)
class Changes:
    round: Round
    version: int
    rows: tuple[Change, ...]


def changes_of(old: Ranking, new: Ranking) -> Changes:
    before = {row["entry"]: row for row in json.loads(old.result)["placings"]}
    rows = [
        Change(
            row["entry"],
            before[row["entry"]]["position"],
            before[row["entry"]]["score"],
            row["position"],
            row["score"],
        )
        for row in json.loads(new.result)["placings"]
    ]
    return Changes(new.round, new.version, tuple(rows))


def correct(request: HttpRequest, round_id: int) -> HttpResponse:
    round_ = round_or_404(round_id)
    try:
        check_can_correct(request.user, round_)
    except RuleBrokenError as error:
        refuse(request, error)
        return redirect(room_url(round_))
    form = CorrectionForm(posted(request), round_=round_)
    preview: list[Changes] = []
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        findings = [Finding(form.cleaned_data["judge"], entry, reason) for entry in form.entries]
        try:
            if "confirm" in request.POST:
                made = correct_ranking(round_, by=request.user, findings=findings, reason=reason)
                messages.success(
                    request, f"Peringkat diperbaiki, kini versi {made[0].version}. Terbitkan berita acara barunya."
                )
                return redirect(room_url(round_))
            preview = preview_of(round_, preview_correction(round_, by=request.user, findings=findings, reason=reason))
        except RuleBrokenError as error:
            refuse(request, error)
    form.helper.cancel_url = room_url(round_)
    return page(
        request,
        "correct.html",
        title="Perbaiki peringkat",
        subtitle=str(round_),
        round=round_,
        form=form,
        preview=preview,
    )


def preview_of(round_: Round, made: list[Ranking]) -> list[Changes]:
    """Old beside new; nothing was kept, so what stands is what stood before."""
    standing = {
        (ranking.round_id, ranking.category_id): ranking
        for part in {ranking.round for ranking in made}
        for ranking in standing_rankings(part)
    }
    return [changes_of(standing[ranking.round_id, ranking.category_id], ranking) for ranking in made]
