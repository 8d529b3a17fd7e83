"""What an address of a video looks like, without asking the network; pure."""

from dataclasses import dataclass
from urllib.parse import urlsplit

# By the end of the host's name; a video may stand elsewhere too, so an unknown host is only said, never refused.
SERVICES = {
    "youtube.com": "YouTube",
    "youtu.be": "YouTube",
    "youtube-nocookie.com": "YouTube",
    "drive.google.com": "Google Drive",
    "vimeo.com": "Vimeo",
    "tiktok.com": "TikTok",
    "instagram.com": "Instagram",
    "facebook.com": "Facebook",
    "fb.watch": "Facebook",
    "dailymotion.com": "Dailymotion",
}


@dataclass(frozen=True)
class VideoLink:
    """`is_link` is whether a browser could open it; `service` is empty where the host is no known one."""

    is_link: bool
    host: str = ""
    service: str = ""


def read_link(text: str) -> VideoLink:
    """The form of a link: http or https, and a host with a domain."""
    try:
        parts = urlsplit(text.strip())
        host = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return VideoLink(False)
    labels = host.split(".")
    if parts.scheme not in ("http", "https") or len(labels) < 2 or not all(labels) or " " in text.strip():
        return VideoLink(False)
    return VideoLink(True, host, next((name for end, name in SERVICES.items() if _is_under(host, end)), ""))


def _is_under(host: str, end: str) -> bool:
    return host == end or host.endswith(f".{end}")
