"""The outbox: what went to whom, what failed, and what the committee does about it."""

from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected
from types import SimpleNamespace

import pytest
from django.core import mail as sent_mail
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kiks import clock, mail
from kiks.exceptions import RuleBrokenError, WrongStateError
from kiks.invitations import invite, person_of, revoke
from kiks.mail.checks import TESTED_FOR, error_sentence, mail_is_tested, send_test_mail
from kiks.mail.outbox import resend_mail, retry_mail
from kiks.mail.queries import MAX_FAILURES, MailState, failed_count, state_of
from kiks.models import AuditEvent, OutgoingMail
from tests.factories.people import client_of, make_committee_user, make_user

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
    monkeypatch.setattr("kiks.mail.sending.EmailMessage.send", refuse)
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
    monkeypatch.setattr("kiks.mail.sending.text_to_send", unreadable)
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
    monkeypatch.setattr("kiks.mail.checks.EmailMessage.send", refuse)
    with pytest.raises(RuleBrokenError, match="Connection unexpectedly closed"):
        send_test_mail(by=officer)
    assert not mail_is_tested()
    with pytest.raises(PermissionDenied):
        send_test_mail(by=make_user())


def test_a_line_break_in_a_subject_forges_no_header():
    unit = SimpleNamespace(name="X\nBcc: semua@contoh.test", full_name="X")
    letter = mail.queue("unit_verified.txt", to=make_user(), unit=unit)
    assert letter.subject == "Pendaftaran X Bcc: semua@contoh.test: terverifikasi"


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (SMTPDataError(552, b"Message too\nlarge"), "552 Message too large"),
        (SMTPRecipientsRefused({"a@contoh.test": (550, b"No such user")}), "550 No such user"),
        (SMTPServerDisconnected("Connection unexpectedly closed"), "Connection unexpectedly closed"),
        (ValueError(), "ValueError"),
    ],
)
def test_what_the_server_answers_is_readable(error, sentence):
    assert error_sentence(error) == sentence


LIST = reverse("admin:kiks_outgoingmail_changelist")


def page_of(letter: OutgoingMail) -> str:
    return reverse("admin:kiks_outgoingmail_change", args=[letter.pk])


@pytest.fixture
def committee(officer):
    return client_of(officer)


def test_the_list_says_what_went_to_whom_and_how_it_stands(committee):
    queued(subject="Surat A")
    sent(subject="Surat B", template="unit_verified.txt")
    queued(subject="Surat C", failures=2, next_attempt_at=clock.now())
    letter = stopped(subject="Surat D")
    page = committee.get(LIST).text
    for words in ["Menunggu", "Terkirim", "Gagal 2 kali, dicoba lagi", "Berhenti setelah 5 kali gagal"]:
        assert f">{words}" in page
    assert f"Penerima Surat &lt;{letter.to_address}&gt;" in page
    assert ">Unit terverifikasi</td>" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"keadaan": "waiting"}, "A"),
        ({"keadaan": "sent"}, "B"),
        ({"keadaan": "failing"}, "C"),
        ({"keadaan": "stopped"}, "D"),
        ({"keadaan": "x"}, "ABCD"),
        ({"surat": "unit_verified.txt"}, "B"),
        ({"q": '"Surat C"'}, "C"),
        ({"q": "Penerima"}, "ABCD"),
        ({"queued_at__gte": "2999-01-01 00:00:00+00:00"}, ""),
    ],
)
def test_the_list_is_narrowed_by_state_mail_and_date(committee, query, found):
    queued(subject="Surat A")
    sent(subject="Surat B", template="unit_verified.txt")
    queued(subject="Surat C", failures=2)
    stopped(subject="Surat D")
    page = committee.get(LIST, query).text
    assert "".join(name for name in "ABCD" if f">Surat {name}<" in page) == found


def test_the_list_asks_the_same_number_of_questions_for_few_and_for_many(committee, django_assert_num_queries):
    stopped(template="unit_verified.txt")
    committee.get(LIST)
    with CaptureQueriesContext(connection) as few:
        committee.get(LIST)
    for _ in range(19):
        stopped(template="unit_verified.txt")
    with django_assert_num_queries(len(few)):
        committee.get(LIST)


def test_a_failed_mail_is_sent_again_from_its_page(committee):
    letter = stopped()
    page = committee.get(page_of(letter)).text
    assert "550 Mailbox unavailable" in page
    again = reverse("admin:kiks_outgoingmail_kirim_lagi", args=[letter.pk])
    assert again in page
    assert letter.to_address in committee.get(again).text
    assert "dicoba lagi." in committee.post(again, follow=True).text
    letter.refresh_from_db()
    assert letter.failures == 0
    assert "tidak gagal" in committee.post(again).text


def test_a_sent_mail_is_sent_a_second_time_after_a_question(committee):
    letter = sent()
    again = reverse("admin:kiks_outgoingmail_kirim_ulang", args=[letter.pk])
    assert again in committee.get(page_of(letter)).text
    assert "sama sekali lagi" in committee.get(again).text
    assert OutgoingMail.objects.count() == 1
    committee.post(again)
    assert OutgoingMail.objects.filter(subject=letter.subject).count() == 2


def test_many_failed_mails_are_sent_again_at_once_and_the_others_named(committee):
    chosen = [stopped(), queued(failures=1), sent(subject="Sudah")]
    data = {"action": "retry_chosen", "_selected_action": [letter.pk for letter in chosen]}
    page = committee.post(LIST, data, follow=True).text
    assert "2 surat dicoba lagi" in page
    assert "Surat “Sudah” tidak gagal." in page
    assert failed_count() == 0


def test_in_the_demo_the_outbox_claims_nothing_to_be_sent(committee, settings):
    letter = sent()
    settings.KIKS_MODE = "demo"
    for page in (committee.get(LIST).text, committee.get(page_of(letter)).text):
        assert "tidak benar-benar dikirim" in page
        assert "Ditandai terkirim (mode contoh)" in page


def test_the_committee_does_not_read_what_only_a_judge_may_know(committee):
    secret = sent(template="judge_receipt.txt", text="Angka acak: 77aa")
    page = committee.get(page_of(secret)).text
    assert "77aa" not in page
    assert "hanya untuk penerimanya" in page
    assert committee.get(LIST, {"text__contains": "77aa"}).status_code in (302, 400)


def test_the_downloaded_outbox_holds_no_text(committee):
    sent(template="judge_receipt.txt", text="Angka acak: 77aa", subject="Tanda terima")
    text = committee.get(f"{LIST}unduh/csv/").text
    assert "Tanda terima" in text
    assert "77aa" not in text


def test_the_text_goes_by_whatsapp_too_but_no_secret_does(committee):
    letter, secret = sent(text="Isi surat"), sent(template="judge_receipt.txt", text="rahasia")
    for one in (letter, secret):
        one.to_user.phone = "081234567890"
        one.to_user.save()
    assert "https://wa.me/6281234567890?text=Isi%20surat" in committee.get(page_of(letter)).text
    assert 'href="https://wa.me/6281234567890"' in committee.get(page_of(secret)).text
