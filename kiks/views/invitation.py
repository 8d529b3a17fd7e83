"""The page behind the link of an invitation: the invited person chooses a password and is in."""

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control

from kiks.account_forms import AcceptInvitationForm
from kiks.exceptions import RuleBrokenError
from kiks.invitation_links import invitation_of
from kiks.invitations import accept, check_usable
from kiks.models import Invitation


@login_not_required
@cache_control(no_store=True)
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    response = _answer(request, invitation_of(token))
    # The address is the key: no other page may learn it.
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


def _answer(request: HttpRequest, found: Invitation | None) -> HttpResponse:
    try:
        usable = check_usable(found)
    except RuleBrokenError as refusal:
        return _refusal(request, found, refusal)
    if request.user.is_authenticated:
        return render(request, "kiks/invitation.html", {"invitation": usable})
    form = AcceptInvitationForm(request.POST or None, person=usable.user)
    if request.method == "POST" and form.is_valid():
        try:
            user = accept(usable, password=form.cleaned_data["password"])
        except RuleBrokenError as refusal:
            return _refusal(request, usable, refusal)
        return perform_password_login(request, {"email": user.email}, Login(user=user))
    return render(request, "kiks/invitation.html", {"invitation": usable, "form": form})


def _refusal(request: HttpRequest, found: Invitation | None, refusal: RuleBrokenError) -> HttpResponse:
    context = {"refusal": refusal, "may_log_in": found is not None and found.user.has_usable_password()}
    return render(request, "kiks/invitation_unusable.html", context, status=410 if found else 404)
