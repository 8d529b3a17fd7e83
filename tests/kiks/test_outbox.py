"""The outbox: what went to whom, what failed, and what the committee does about it."""

from datetime import timedelta
from smtplib import SMTPServerDisconnected
from types import SimpleNamespace

import pytest
from django.core import mail as sent_mail
from django.core.exceptions import PermissionDenied

from kiks import clock, mail
from kiks.exceptions import RuleBrokenError, WrongStateError
from kiks.invitations import invite, person_of, revoke
from kiks.mail_checks import TESTED_FOR, mail_is_tested, send_test_mail
from kiks.mail_queries import MAX_FAILURES, MailState, failed_count, state_of
from kiks.models import AuditEvent, OutgoingMail
from kiks.outbox import resend_mail, retry_mail
from tests.factories.people import make_committee_user, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return make_committee_user("Petugas Satu")


def queued(subject="Perihal", text="Isi surat", **fields) -> OutgoingMail:
    user = make_user("Penerima Surat")
    return OutgoingMail.objects.create(
        to_user=user, to_address=fields.pop("to_address", user.email), subject=subject, text=text, **fields
    )


def stopped(**fields) -> OutgoingMail:
    return queued(failures=MAX_FAILURES, last_error="550 Mailbox unavailable", **fields)


def sent(**fields) -> OutgoingMail:
    return queued(sent_at=clock.now(), **fields)


def refuse(self):
    raise SMTPServerDisconnected("Connection unexpectedly closed")


def test_a_refused_mail_waits_longer_each_time_and_then_stops(monkeypatch):
    waiting = queued()
    monkeypatch.setattr("kiks.mail.EmailMessage.send", refuse)
    moment, waits = clock.now(), []
    for attempt in range(MAX_FAILURES):
        with clock.shifted_to(moment):
            assert mail.send_waiting() == (0, 1)
            assert mail.send_waiting() == (0, 0)  # not before its time
        waiting.refresh_from_db()
        assert (waiting.failures, waiting.last_error) == (attempt + 1, "Connection unexpectedly closed")
        if waiting.next_attempt_at:
            waits.append(round((waiting.next_attempt_at - moment).total_seconds() / 60))
            moment = waiting.next_attempt_at + timedelta(seconds=1)
    with clock.shifted_to(moment + timedelta(days=30)):
        assert mail.send_waiting() == (0, 0)
    assert (waits, state_of(waiting)) == ([1, 5, 30, 120], MailState.STOPPED)


def test_a_mail_that_failed_goes_out_when_its_time_has_come():
    queued(failures=1, next_attempt_at=clock.now() - timedelta(seconds=1))
    queued(failures=1, next_attempt_at=clock.now() + timedelta(minutes=1))
    assert mail.send_waiting() == (1, 0)


def test_one_mail_that_cannot_be_sent_holds_up_no_other(monkeypatch):
    broken = queued(subject="Usulan\nBcc: semua@contoh.test")
    strange = queued(text="aneh")
    queued(subject="Baik")
    monkeypatch.setattr("kiks.mail.text_to_send", unreadable)
    assert mail.send_waiting() == (1, 2)
    assert [message.subject for message in sent_mail.outbox] == ["Baik"]
    broken.refresh_from_db()
    strange.refresh_from_db()
    assert (broken.failures, strange.failures, strange.last_error) == (1, 1, "'aneh'")
    assert broken.last_error


def unreadable(letter):
    if letter.text == "aneh":
        raise KeyError("aneh")
    return letter.text


def test_an_invitation_that_opens_nothing_any_more_is_not_sent(officer):
    invitation = invite(person_of(email="baru@contoh.test", name="Orang Baru"), by=officer, purpose="juri")
    revoke(invitation, by=officer)
    assert mail.send_waiting() == (0, 1)
    letter = OutgoingMail.objects.get(invitation=invitation)
    assert (sent_mail.outbox, state_of(letter)) == ([], MailState.STOPPED)
    assert "Perbarui undangannya" in letter.last_error
    with pytest.raises(RuleBrokenError, match="Perbarui undangannya"):
        retry_mail(letter, by=officer)


def test_a_failed_mail_is_tried_again_from_the_start(officer):
    letter = retry_mail(stopped(), by=officer)
    event = AuditEvent.objects.get(kind="mail.retried")
    assert (event.actor_id, event.target) == (officer.pk, f"kiks_outgoingmail:{letter.pk}")
    assert (state_of(letter), mail.send_waiting()) == (MailState.WAITING, (1, 0))


def test_what_has_not_failed_is_not_tried_again(officer):
    for letter in (queued(), sent()):
        with pytest.raises(WrongStateError, match="tidak gagal"):
            retry_mail(letter, by=officer)


def test_a_sent_mail_goes_out_again_as_a_copy_to_the_address_of_today(officer):
    letter = sent(subject="Usulan diterima")
    letter.to_user.email = "alamat-baru@contoh.test"
    letter.to_user.save()
    copy = resend_mail(letter, by=officer)
    assert (copy.pk != letter.pk, copy.to_address, copy.subject) == (True, "alamat-baru@contoh.test", "Usulan diterima")
    assert AuditEvent.objects.get(kind="mail.resent").target == f"kiks_outgoingmail:{copy.pk}"
    assert mail.send_waiting() == (1, 0)
    with pytest.raises(WrongStateError, match="belum terkirim"):
        resend_mail(queued(), by=officer)


def test_an_expired_invitation_is_not_sent_again_but_renewed(officer):
    invitation = invite(person_of(email="baru@contoh.test", name="Orang Baru"), by=officer, purpose="juri")
    mail.send_waiting()
    letter = OutgoingMail.objects.get(invitation=invitation)
    late = clock.shifted_to(invitation.expires_at + timedelta(minutes=1))
    with late, pytest.raises(RuleBrokenError, match="Perbarui undangannya"):
        resend_mail(letter, by=officer)
    assert resend_mail(letter, by=officer).invitation == invitation


@pytest.mark.parametrize("act", [retry_mail, resend_mail])
def test_only_the_committee_touches_the_outbox(act):
    with pytest.raises(PermissionDenied):
        act(stopped(), by=make_user())


def test_failures_are_counted_for_the_desk():
    queued()
    sent()
    queued(failures=1)
    stopped()
    assert failed_count() == 2


def test_a_test_mail_goes_out_at_once_and_is_remembered(officer):
    assert not mail_is_tested()
    send_test_mail(by=officer)
    assert [message.to for message in sent_mail.outbox] == [[officer.email]]
    assert mail_is_tested()
    assert AuditEvent.objects.get(kind="mail.tested").actor_id == officer.pk


def test_a_test_is_worth_nothing_after_its_time_or_with_another_server(officer, settings):
    send_test_mail(by=officer)
    with clock.shifted_to(clock.now() + TESTED_FOR + timedelta(minutes=1)):
        assert not mail_is_tested()
    settings.DEFAULT_FROM_EMAIL = "lain@contoh.test"
    assert not mail_is_tested()


def test_a_test_that_fails_says_why_and_leaves_no_trace(officer, monkeypatch):
    monkeypatch.setattr("kiks.mail_checks.EmailMessage.send", refuse)
    with pytest.raises(RuleBrokenError, match="Connection unexpectedly closed"):
        send_test_mail(by=officer)
    assert not mail_is_tested()
    with pytest.raises(PermissionDenied):
        send_test_mail(by=make_user())


def test_a_line_break_in_a_subject_forges_no_header():
    unit = SimpleNamespace(name="X\nBcc: semua@contoh.test", full_name="X")
    letter = mail.queue("unit_verified.txt", to=make_user(), unit=unit)
    assert letter.subject == "Pendaftaran X Bcc: semua@contoh.test: terverifikasi"
