"""Whether what stands in the field of the video is an address at all; nothing is fetched."""

import pytest

from entries.video_links import VideoLink, read_link


@pytest.mark.parametrize(
    ("text", "host", "service"),
    [
        ("https://www.youtube.com/watch?v=abc", "www.youtube.com", "YouTube"),
        ("https://youtu.be/abc", "youtu.be", "YouTube"),
        ("http://M.YouTube.com/watch?v=abc", "m.youtube.com", "YouTube"),
        (" https://drive.google.com/file/d/abc/view ", "drive.google.com", "Google Drive"),
        ("https://video.contoh.test/1", "video.contoh.test", ""),
        ("https://notyoutube.com/1", "notyoutube.com", ""),
        ("https://youtube.com.contoh.test/1", "youtube.com.contoh.test", ""),
        ("https://docs.google.com/abc", "docs.google.com", ""),
    ],
)
def test_a_link_is_known_by_its_host(text, host, service):
    assert read_link(text) == VideoLink(True, host, service)


@pytest.mark.parametrize(
    "text",
    [
        "", "ada di YouTube", "youtube.com/watch?v=abc", "ftp://video.contoh.test/1", "https://", "https://video",
        "https://.test/1", "https://[::1", "javascript:alert(1)", "https://satu.test/1 https://dua.test/2",
        "file:///video.mp4",
    ],
)  # fmt: skip
def test_anything_else_is_no_link(text):
    assert read_link(text) == VideoLink(False)
