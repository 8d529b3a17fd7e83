"""The link to a chat, with the text filled in."""

import pytest
from django.template import Context, Template

from kiks import whatsapp


@pytest.mark.parametrize(
    ("phone", "number"),
    [
        ("081234567890", "6281234567890"),
        ("0812-3456-7890", "6281234567890"),
        ("+62 812 3456 7890", "6281234567890"),
        ("+62 (0) 812 3456 7890", "6281234567890"),
        ("62812345678", "62812345678"),
        ("81234567890", "6281234567890"),
        ("081234567890 / 081300000000", "6281234567890"),
        ("081234567890 atau (0266) 221766", "6281234567890"),
        ("(0266) 221766", ""),
        ("0266221766", ""),
        ("+65 8123 4567 8", ""),
        ("0812", ""),
        ("08123456789012345", ""),
        ("belum ada", ""),
        ("", ""),
    ],
)
def test_only_indonesian_mobile_numbers_have_whatsapp(phone, number):
    assert whatsapp.number_of(phone) == number


def test_the_text_is_encoded_whole():
    link = whatsapp.link("081234567890", "Yth. Bu Ani & Pak Budi,\nusulan 003?")
    assert link == "https://wa.me/6281234567890?text=Yth.%20Bu%20Ani%20%26%20Pak%20Budi%2C%0Ausulan%20003%3F"
    assert whatsapp.link("081234567890") == "https://wa.me/6281234567890"
    assert len(whatsapp.link("081234567890", "a" * 10_000)) < 3100
    assert whatsapp.link("0266221766", "Halo") == ""


def draw(source: str, **context: object) -> str:
    return Template(source).render(Context(context)).strip()


def test_the_tag_fills_the_text_and_opens_a_tab_that_knows_nothing_of_ours():
    html = draw(
        '{% whatsapp phone "Yth. {}, usulan {}." name number to=name %}', phone="0812 3456 7890", name="<Ani>", number=3
    )
    assert 'href="https://wa.me/6281234567890?text=Yth.%20%3CAni%3E%2C%20usulan%203."' in html
    assert 'rel="noopener noreferrer"' in html
    assert "ke &lt;Ani&gt; (tab baru)" in html


def test_a_name_with_braces_stays_text():
    assert "%7Bx%7D" in draw('{% whatsapp "081234567890" "Yth. {}" name %}', name="{x}")


@pytest.mark.parametrize("phone", [None, "", "(0266) 221766"])
def test_without_a_mobile_number_nothing_is_drawn(phone):
    assert draw('{% whatsapp phone "Halo" %}', phone=phone) == ""
