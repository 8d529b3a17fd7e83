"""WhatsApp beside the people that the committee writes to."""

from kiks import whatsapp
from kiks.admin_site import Tool, site
from kiks.models import CommitteeMember, Invitation, User


def chat(user: User, text: str) -> list[Tool]:
    """The tool that opens a chat with somebody; nothing where there is no mobile number."""
    url = whatsapp.link(user.phone, f"Yth. {user.name}, {text}")
    return [Tool(label=f"WhatsApp {user.name}", url=url, tab="_blank")] if url else []


def user_chat(user: User) -> list[Tool]:
    return chat(user, "")


def seat_chat(seat: CommitteeMember) -> list[Tool]:
    return chat(seat.user, "")


def invitation_chat(invitation: Invitation) -> list[Tool]:
    """Without the link, which goes by mail alone."""
    text = (
        f"undangan sebagai {invitation.purpose} sudah kami kirim ke {invitation.user.email}. "
        "Mohon buka surat itu dan buat kata sandi Anda melalui tautannya."
    )
    return chat(invitation.user, text)


site.add_tools(User, user_chat)
site.add_tools(CommitteeMember, seat_chat)
site.add_tools(Invitation, invitation_chat)
