"""How autosave answers: a refusal with its sentence and a line in the log, a conflict with what stands."""

import logging
from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.views.decorators.http import require_POST

from judging import judge_pages
from judging.live_sheet import Standing
from judging.models import CriterionComment, PrivateNote
from judging.permissions import NotJudgingError
from kiks.exceptions import RuleBrokenError, StaleVersionError
from kiks.models import User

type Autosave = Callable[[HttpRequest, int], HttpResponse | None]
# What a judge may write; a text without a version of its own is told by the text.
type Written = Standing | CriterionComment | PrivateNote | str | None
logger = logging.getLogger("judging.refusals")


def autosave(view: Autosave) -> Callable[..., HttpResponse]:
    """Answer a refusal with its sentence, and log it: who, on which sheet, why, and never a mark or a text."""

    @require_POST
    @wraps(view)
    def guarded(request: HttpRequest, **address: int) -> HttpResponse:
        [(name, pk)] = address.items()
        try:
            return view(request, pk) or HttpResponseBadRequest()
        except StaleVersionError as error:
            return JsonResponse({"sentence": str(error), "current": stands_json(error.current)}, status=409)
        except PermissionDenied:
            error, status = RuleBrokenError("Lembar ini tidak ada, atau bukan lembar Anda."), 404
        except RuleBrokenError as refusal:
            error, status = refusal, 404 if isinstance(refusal, NotJudgingError) else 422
        log_refusal(request.user, pk, error, on=name.removesuffix("_id"))
        return JsonResponse({"sentence": str(error)}, status=status)

    return guarded


def log_refusal(user: User, pk: int, error: RuleBrokenError, *, on: str = "sheet") -> None:
    logger.warning("Refused on %s %s for user %s: %s", on, pk, user.pk, getattr(error, "reason", str(error)))


def stands_json(stands: Written) -> dict:
    """What stands now, as the page shows it; `version` is None where there is nothing, or no version."""
    match stands:
        case Standing():
            return {"value": judge_pages.shown(stands.value), "version": stands.version}
        case CriterionComment() | PrivateNote():
            return {"value": stands.text, "version": stands.version or None}
    return {"value": stands or "", "version": None}
