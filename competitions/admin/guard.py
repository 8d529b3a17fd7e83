"""Pages whose object may freeze while somebody types: a sentence instead of a lost or refused change."""

from typing import Any

from django.contrib import messages
from django.db import DatabaseError, IntegrityError
from django.db.models import Model, ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from kiks import audit
from kiks.admin_site import ReferenceAdmin

NOTHING_SAVED = "Tidak ada yang disimpan."
IN_USE = f"Baris itu masih dipakai, sehingga tidak dapat dihapus. {NOTHING_SAVED}"
AT_ODDS = f"Isian ini bertabrakan dengan yang baru saja disimpan orang lain. {NOTHING_SAVED} Periksa, lalu coba lagi."
FROZEN = f"Yang Anda ubah baru saja dikonfirmasi atau dipakai babak yang dibuka. {NOTHING_SAVED} Muat ulang halaman."


class GuardedAdmin(ReferenceAdmin):
    """Reference data that somebody confirms: the row is locked before it is written, and asked again.

    A subclass says by `refusal(request, obj)` why what was posted may no longer change.
    """

    def refusal(self, request: HttpRequest, obj: Model) -> str:
        return ""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        try:
            with audit.act(request.user):
                obj = self.get_object(request, object_id) if object_id else None
                if obj:
                    obj = self.model.objects.select_for_update().get(pk=obj.pk)
                sentence = self.refusal(request, obj) if obj else ""
                if not sentence:
                    return super().changeform_view(request, object_id, form_url, extra_context)
        except ProtectedError:
            sentence = IN_USE
        except IntegrityError:
            sentence = AT_ODDS
        except DatabaseError:
            sentence = FROZEN
        messages.error(request, sentence)
        return redirect(request.get_full_path())
