"""The link to a chat, with the text filled in."""

import pytest
from django.template import Context, Template
from django.urls import reverse

from entries.models import ServiceUnit
from kiks import whatsapp
from kiks.invitation_links import link_of
from kiks.invitations import invite, person_of
from kiks.models import User
from tests.factories.entries import make_unit, member_of
from tests.factories.judging import open_desk_round
from tests.factories.people import client_of, make_committee_user


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


def phone(user: User) -> User:
    User.objects.filter(pk=user.pk).update(phone="0812 3456 7890")
    return user


CHAT = "https://wa.me/6281234567890"


@pytest.mark.django_db
def test_the_committee_finds_the_chat_beside_every_contact():
    """On the pages of a person, a unit, an entry under screening, a judge, a round, and where each is decided on."""
    round_ = open_desk_round(entries=1, judges=1)
    assignment = round_.assignments.get()
    entry, judge = assignment.entry, assignment.judge
    member = phone(member_of(entry.innovation.unit))
    phone(judge.user)
    waiting = make_unit(verified=False)
    phone(member_of(waiting))
    pages = [
        ("admin:kiks_user_change", member.pk),
        ("admin:entries_serviceunit_change", entry.innovation.unit_id),
        ("admin:entries_serviceunit_verifikasi", waiting.pk),
        ("admin:entries_entry_change", entry.pk),
        ("admin:entries_entry_screen", entry.pk),
        ("admin:judging_judge_change", judge.pk),
        ("admin:judging_room", round_.pk),
        ("admin:judging_assignment", assignment.pk),
    ]
    committee = client_of(round_.opened_by)
    without = [name for name, pk in pages if CHAT not in committee.get(reverse(name, args=[pk])).text]
    assert without == []


@pytest.mark.django_db
def test_a_judge_who_is_behind_is_reminded_with_the_number_of_entries_left():
    round_ = open_desk_round(entries=3, judges=1)
    phone(round_.assignments.first().judge.user)
    page = client_of(round_.opened_by).get(reverse("admin:judging_room", args=[round_.pk])).text
    assert "masih%20ada%203%20usulan%20yang%20belum%20Anda%20nilai" in page


@pytest.mark.django_db
def test_the_office_of_a_unit_has_its_own_chat_and_a_landline_none():
    unit = make_unit()
    committee = client_of(make_committee_user())
    address = reverse("admin:entries_serviceunit_change", args=[unit.pk])
    for number, is_drawn in [("0266 221766", False), ("081234567890", True)]:
        ServiceUnit.objects.filter(pk=unit.pk).update(phone=number)
        assert ("WhatsApp kantor" in committee.get(address).text) == is_drawn


@pytest.mark.django_db
def test_the_chat_about_an_invitation_never_carries_its_link():
    officer = make_committee_user()
    user = phone(person_of(email="baru@contoh.test", name="Orang Baru"))
    invitation = invite(user, by=officer, purpose="juri")
    page = client_of(officer).get(reverse("admin:kiks_invitation_change", args=[invitation.pk])).text
    assert f"{CHAT}?text=Yth.%20Orang%20Baru%2C%20undangan%20sebagai%20juri" in page
    assert link_of(invitation) not in page
