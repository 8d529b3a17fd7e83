"""What of the ground floor waits on the dashboard: mails that did not go out, invitations that ran out."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse

from kiks import clock
from kiks.admin_site import Waiting, site
from kiks.invitations import InvitationState
from kiks.mail.queries import MailState, failed_count
from kiks.models import Invitation


def waiting_mail(request: HttpRequest) -> Iterator[Waiting]:
    outbox = reverse("admin:kiks_outgoingmail_changelist")
    yield Waiting(
        label="Surat yang gagal terkirim",
        count=failed_count(),
        url=f"{outbox}?keadaan={MailState.FAILING}",
        tone="danger",
    )
    expired = Invitation.objects.filter(InvitationState.EXPIRED.condition(clock.now()))
    invitations = reverse("admin:kiks_invitation_changelist")
    yield Waiting(
        label="Undangan yang lewat masa berlakunya",
        count=expired.count(),
        url=f"{invitations}?keadaan={InvitationState.EXPIRED}",
        note="kirim ulang atau cabut",
    )


site.add_waiting(waiting_mail)
