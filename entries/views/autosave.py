"""What the server answers to static/js/entry.js, and the autosaves of identity and video.

200 saved, with the names of what was saved and the errors of what was not; 409 somebody else saved meanwhile, with what
stands now; 422 refused with a sentence, `is_closed` where no further try can succeed.
"""

from datetime import date, datetime

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from entries.actions.entry import save_identity as save
from entries.forms import IdentityForm, VideoForm
from entries.models import Entry
from entries.queries import entry_for, identity_token
from entries.views.entry import identity_of
from kiks import clock
from kiks.exceptions import RuleBrokenError, StaleVersionError
from kiks.formats import indonesian_time, local_date
from kiks.forms import BaseForm
from kiks.models import User

DATES = frozenset({"initiated_on", "trialled_on", "implemented_on"})


def saved(*, errors: dict[str, str] | None = None, **facts: object) -> JsonResponse:
    return JsonResponse({**_facts(**facts), "errors": errors or {}})


def conflict(refusal: StaleVersionError, **facts: object) -> JsonResponse:
    return JsonResponse({"message": str(refusal), **_facts(**facts)}, status=409)


def refused(message: str, *, is_closed: bool = False) -> JsonResponse:
    return JsonResponse({"message": message, "is_closed": is_closed}, status=422)


def _facts(*, token: str, values: dict[str, list[str]], at: datetime | None, by: User | None) -> dict[str, object]:
    return {"token": token, "values": values, "saved_at": indonesian_time(at) if at else "", "saved_by": str(by)}


@require_POST
def save_identity(request: HttpRequest, pk: int) -> JsonResponse:
    entry = entry_for(request.user, pk)
    form = IdentityForm(request.POST, entry=entry, today=local_date(clock.now()))
    return _save_what_is_valid(request, entry, form)


@require_POST
def save_video(request: HttpRequest, pk: int) -> JsonResponse:
    entry = entry_for(request.user, pk)
    return _save_what_is_valid(request, entry, VideoForm(request.POST))


def _save_what_is_valid(request: HttpRequest, entry: Entry, form: BaseForm) -> JsonResponse:
    """A field that is not right yet waits in the browser and keeps nothing else from being saved."""
    form.is_valid()
    data = dict(form.cleaned_data)
    if DATES & form.errors.keys():
        # The three dates are judged together: half of them could contradict what stands.
        data = {name: value for name, value in data.items() if name not in DATES}
    seen = data.pop("seen")
    try:
        entry = save(entry, by=request.user, seen=seen, data=data) if data else entry
    except StaleVersionError as refusal:
        return conflict(refusal, **_facts_of(refusal.current, form))
    except RuleBrokenError as refusal:
        return refused(str(refusal), is_closed=True)
    errors = {name: " ".join(found) for name, found in form.errors.items()}
    return saved(errors=errors, **_facts_of(entry, form))


def _facts_of(entry: Entry, form: BaseForm) -> dict[str, object]:
    """The stored values as the form would send them."""
    stored = identity_of(entry)
    return {
        "token": identity_token(entry),
        "values": {name: _sent(stored[name]) for name in form.fields if name != "seen"},
        "at": entry.edited_at,
        "by": entry.edited_by,
    }


def _sent(value: object) -> list[str]:
    """As a browser sends it: nothing for a box without a tick, one text for each choice."""
    if isinstance(value, bool):
        return ["on"] if value else []
    if isinstance(value, list):
        return [str(getattr(part, "pk", part)) for part in value]
    if isinstance(value, date):
        return [value.isoformat()]
    return [str(getattr(value, "pk", value) or "")]
