"""The page of one event of the audit trail: what happened, before and after, and what belonged to the same act."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst

from kiks.admin_site import site
from kiks.models import AuditEvent
from kiks.trail.story import HIDDEN, MOST_SHOWN, page_of, same_act, told_in_full


def event(request: HttpRequest, pk: str) -> HttpResponse:
    """To be read; whoever posts here wants to change what never changes."""
    if request.method == "POST":
        raise PermissionDenied
    found = AuditEvent.objects.filter(pk=pk).first() if pk.isdecimal() and len(pk) < 19 else None
    if found is None:
        raise Http404
    siblings = list(same_act(found)[: MOST_SHOWN + 1])
    story, *others = told_in_full([found, *siblings[:MOST_SHOWN]])
    context = {
        **site.each_context(request),
        "opts": AuditEvent._meta,
        "title": capfirst(f"{story.thing}: {story.verb}"),
        "story": story,
        "acts": [other for other in others if not other.is_row],
        "rows": [other for other in others if other.is_row] if not story.is_row else [],
        "has_more": len(siblings) > MOST_SHOWN,
        "hidden_sentence": HIDDEN,
        "page_url": page_of(site, found.target),
        "history_url": f"{reverse('admin:kiks_auditevent_changelist')}?{urlencode({'q': found.target})}",
    }
    return render(request, "admin/kiks/audit_event.html", context)
