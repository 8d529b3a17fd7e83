"""A step of a round that is refused says why and leaves no trace but the refusal in the log."""

import logging

import pytest
from django.urls import reverse

from judging.actions.result import confirm_round
from judging.actions.sheet import hand_in_assignment
from judging.models import LateFinding, Ranking, Round, ScoreSheet
from kiks.models import AuditEvent, OutgoingMail
from tests.factories.judging import mark_all, open_desk_round, settling_round
from tests.factories.people import client_of

pytestmark = pytest.mark.django_db


def everything():
    """All that a step could have changed."""
    return (
        list(Round.objects.order_by("pk").values()),
        list(ScoreSheet.objects.order_by("pk").values()),
        list(Ranking.objects.order_by("pk").values()),
        AuditEvent.objects.count(),
        LateFinding.objects.count(),
        OutgoingMail.objects.count(),
    )


def refused(caplog, client, address, data=None):
    """Post, expect that nothing changed; the sentence on the page and the lines of the log."""
    client.get(address)
    before = everything()
    with caplog.at_level(logging.WARNING, logger="judging.refusals"):
        response = client.post(address, data or {}, follow=True)
    assert everything() == before
    logged = [record.getMessage() for record in caplog.records if record.name == "judging.refusals"]
    return response.content.decode(), logged


def test_closing_with_a_missing_sheet_is_refused_and_logged(caplog):
    round_ = open_desk_round(entries=2, judges=2)
    for assignment in round_.assignments.select_related("entry", "judge__user"):
        mark_all(assignment)
        if (assignment.judge.label, assignment.entry.number) != ("J2", "002"):
            hand_in_assignment(assignment, by=assignment.judge.user)
    address = reverse("admin:judging_close", args=[round_.pk])
    html, logged = refused(caplog, client_of(round_.opened_by), address)
    sentence = "J2 belum menyerahkan lembar untuk usulan 002."
    assert sentence in html
    assert logged == [f"Refused at {address} for user {round_.opened_by.pk}: {sentence}"]
    round_.refresh_from_db()
    assert (round_.status, round_.locked_digest) == ("open", "")


def test_confirming_with_a_tie_on_the_line_is_refused_and_logged(caplog):
    round_ = settling_round({"001": "80", "002": "80"}, entries=2, judges=1)
    address = reverse("admin:judging_confirm", args=[round_.pk])
    html, logged = refused(caplog, client_of(round_.opened_by), address)
    assert "sama di garis batas" in html
    assert len(logged) == 1


def test_a_correction_that_leaves_too_few_judges_is_refused_and_logged(caplog):
    round_ = settling_round({"001": "70"}, entries=2, judges=1)
    confirm_round(round_, by=round_.opened_by)
    address = reverse("admin:judging_correct", args=[round_.pk])
    sent = {"judge": round_.edition.judges.get().pk, "numbers": "001", "reason": "Kerabat", "confirm": "1"}
    html, logged = refused(caplog, client_of(round_.opened_by), address, sent)
    assert "tinggal dinilai 0 juri" in html
    assert len(logged) == 1
