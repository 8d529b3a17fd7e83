"""The personal link of an invitation: signed when the mail leaves, stored nowhere."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from kiks.models import Invitation

# What the outbox shows in place of the link, so that nobody who reads the outbox can use it.
LINK_PLACEHOLDER = "[tautan pribadi]"
_SALT = "kiks.invitation"


def link_of(invitation: Invitation) -> str:
    """The full address; the same for the whole life of the invitation."""
    return settings.BASE_URL + reverse("invitation", args=[signing.Signer(salt=_SALT).sign(str(invitation.pk))])


def invitation_of(token: str) -> Invitation | None:
    """The invitation that the token of a link names; None when the token was not made here."""
    try:
        pk = signing.Signer(salt=_SALT).unsign(token)
    except signing.BadSignature:
        return None
    return Invitation.objects.select_related("user").filter(pk=pk).first()
