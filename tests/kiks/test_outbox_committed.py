"""Two senders at once: what the one holds, the other leaves alone."""

import psycopg
import pytest
from django.core import mail as sent_mail
from django.db import connection

from kiks import mail
from kiks.models import OutgoingMail
from tests.conftest import PARAMETERS
from tests.factories.people import make_user


@pytest.mark.long
def test_a_mail_that_another_sender_holds_is_left_to_it(committed_db):
    user = make_user()
    held, _ = (
        OutgoingMail.objects.create(to_user=user, to_address=user.email, subject=subject, text="Isi")
        for subject in ("Dipegang", "Bebas")
    )
    params = {key: value for key, value in connection.get_connection_params().items() if key in PARAMETERS}
    with psycopg.connect(**params, dbname=committed_db) as other:
        other.execute("SELECT 1 FROM kiks_outgoingmail WHERE id = %s FOR UPDATE", [held.pk])
        assert mail.send_waiting() == (1, 0)
    assert [message.subject for message in sent_mail.outbox] == ["Bebas"]
    assert mail.send_waiting() == (1, 0)
    assert OutgoingMail.objects.filter(sent_at__isnull=True).count() == 0
