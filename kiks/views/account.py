"""What a person does with the own account: profile, sessions, personal data."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from kiks.account_forms import ProfileForm
from kiks.exceptions import RuleBrokenError
from kiks.people import edit_profile
from kiks.personal_data import export_person
from kiks.sessions import device_of, end, live_sessions

FACTORS = {
    Authenticator.Type.TOTP: "Aplikasi autentikator",
    Authenticator.Type.WEBAUTHN: "Kunci sandi",
    Authenticator.Type.RECOVERY_CODES: "Kode pemulihan",
}


def my_account(request: HttpRequest) -> HttpResponse:
    present = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    factors = [words for kind, words in FACTORS.items() if kind in present]
    return render(request, "kiks/my_account.html", {"factors": factors})


def my_profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            edit_profile(request.user, by=request.user, **form.cleaned_data)
        except RuleBrokenError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Profil Anda disimpan.")
            return redirect("my_account")
    form.helper.cancel_url = ".."
    return render(request, "kiks/my_profile.html", {"form": form})


def my_data(request: HttpRequest) -> StreamingHttpResponse:
    return export_person(request.user, by=request.user)


class SessionList(ListUserSessionsView):
    """The library's page, without its three queries for each session."""

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        current = self.request.session.session_key
        rows = [
            {"session": session, "device": device_of(session.user_agent), "is_current": session.session_key == current}
            for session in live_sessions(self.request.user)
        ]
        has_others = any(not row["is_current"] for row in rows)
        return super(ListUserSessionsView, self).get_context_data(sessions=rows, has_others=has_others, **kwargs)


@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    end([session.session_key])
    messages.success(request, f"Sesi {device_of(session.user_agent)} diakhiri.")
    return redirect("usersessions_list")


def closed(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """In the place of the library's pages for addresses: here the committee changes them."""
    messages.info(request, "Alamat email akun diganti oleh panitia. Hubungi panitia bila alamat Anda berubah.")
    return redirect("my_account")
