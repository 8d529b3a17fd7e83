"""The panel in the control room: releasing judges, giving sheets back, appointing."""

import pytest
from django.test import Client
from django.urls import reverse

from judging.actions.sheet import hand_in_assignment
from judging.models import Assignment, Judge, ScoreSheet
from judging.states import SheetStatus
from kiks.models import OutgoingMail, User
from tests.factories.editions import make_edition
from tests.factories.entries import make_unit, member_of
from tests.factories.judging import mark_all, open_desk_round, settling_round
from tests.factories.people import client_of, make_committee_user

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def post(client: Client, path: str, **data: str) -> str:
    """Press the button and read the page that it leads to."""
    response = client.post(path, data, follow=True)
    assert response.redirect_chain, response.content.decode()
    return response.content.decode()


def test_release_needs_a_reason_and_shows_in_the_matrix():
    round_ = open_desk_round(judges=2)
    client = client_of(round_.opened_by)
    assignment = round_.assignments.first()
    path = reverse("admin:judging_release", args=[assignment.pk])
    assert "tidak pernah dihitung" in page(client, path)
    assert "Isi alasan" in client.post(path, {"reason": " "}).content.decode()
    html = post(client, path, reason="Juri sakit.")
    assert 'aria-label="dilepas panitia"' in html
    html = page(client, reverse("admin:judging_assignment", args=[assignment.pk]))
    assert "Alasan: Juri sakit." in html
    assert path not in html


def test_reopen_gives_the_sheet_back_and_tells_the_judge():
    round_ = open_desk_round()
    assignment = round_.assignments.select_related("judge__user").first()
    mark_all(assignment)
    hand_in_assignment(assignment, by=assignment.judge.user)
    client = client_of(round_.opened_by)
    sheet = assignment.sheets.first()
    path = reverse("admin:judging_reopen", args=[sheet.pk])
    assert path in page(client, reverse("admin:judging_assignment", args=[assignment.pk]))
    html = post(client, path, reason="Salah ketik.")
    assert "Lembar dibuka kembali" in html
    assert ScoreSheet.objects.get(pk=sheet.pk).status == SheetStatus.OPEN
    assert "Salah ketik." in OutgoingMail.objects.filter(to_user=assignment.judge.user).latest("id").text


def test_after_the_lock_no_way_out_is_offered():
    round_ = settling_round({"001": "80", "002": "70"})
    assignment = Assignment.objects.first()
    html = page(client_of(round_.opened_by), reverse("admin:judging_assignment", args=[assignment.pk]))
    assert "Dikunci" in html
    assert "Lepas penugasan" not in html
    assert "Buka kembali" not in html
    refused = post(client_of(round_.opened_by), reverse("admin:judging_release", args=[assignment.pk]), reason="x")
    assert "Penilaian sudah ditutup." in refused


def appoint(client: Client, email: str) -> str:
    data = {"email": email, "name": "Dr. Neng Fitria", "institution": "Universitas", "decree_number": "SK/7"}
    return post(client, reverse("admin:judging_judge_add"), **data)


def test_appointing_a_stranger_makes_an_account_without_a_password():
    make_edition()
    html = appoint(client_of(make_committee_user()), "Neng@Contoh.test")
    judge = Judge.objects.get()
    assert "ditunjuk sebagai juri J1. Undangan untuk membuat kata sandi dikirim ke neng@contoh.test." in html
    assert (judge.user.email, judge.user.has_usable_password()) == ("neng@contoh.test", False)
    assert judge.user.invitations.get().purpose == f"juri {judge.edition.name}"
    mails = {mail.template: mail.text for mail in OutgoingMail.objects.filter(to_user=judge.user)}
    assert set(mails) == {"invitation.txt", "round_judge_appointed.txt"}
    assert reverse("account_reset_password") not in mails["round_judge_appointed.txt"]


def test_appointing_somebody_with_an_account_makes_no_second_one():
    edition = make_edition()
    user = member_of(make_unit())
    html = appoint(client_of(make_committee_user()), user.email)
    assert "Undangan" not in html.split("ditunjuk sebagai juri")[1].split("</li>")[0]
    assert user.invitations.count() == 0
    assert Judge.objects.get(edition=edition).user == user
    assert User.objects.filter(email=user.email).count() == 1
    refused = client_of(make_committee_user()).post(
        reverse("admin:judging_judge_add"), {"email": user.email, "name": "x", "institution": "y"}
    )
    assert "sudah menjadi juri" in refused.content.decode()


def test_no_judge_is_appointed_without_an_edition():
    assert client_of(make_committee_user()).get(reverse("admin:judging_judge_add")).status_code == 404
