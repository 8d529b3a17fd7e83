"""Pages that belong to no app: where a person lands after logging in, and the refusal of a stale form."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from kiks.context_processors import role_links


def workplace(request: HttpRequest) -> HttpResponse:
    """Send a person to the place of their role; several roles get a choice, none a sentence."""
    links = role_links(request.user)
    if len(links) == 1:
        return redirect(links[0].url_name)
    return render(request, "kiks/workplace.html", {"links": links})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token went stale: say so, and that going back keeps what was typed."""
    return render(request, "403_csrf.html", status=403)
