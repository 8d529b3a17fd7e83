"""What only transactions that really commit can show: which act a row event belongs to."""

import pytest

from competitions.models import Edition
from entries.states import EntryStatus
from kiks.audit_check import check_chain
from kiks.models import AuditEvent
from tests.factories.entries import entry_at


@pytest.mark.long
def test_a_change_by_hand_is_named_though_it_was_captured(committed_db):
    """The owner types SQL with all triggers awake: the row event has no actor and no action beside it."""
    edition = entry_at(EntryStatus.PASSED).edition
    before = check_chain(edition.code).problems
    Edition.objects.filter(pk=edition.pk).update(name="Lain")
    length = AuditEvent.objects.filter(chain=edition.code).count()
    after = set(check_chain(edition.code).problems) - set(before)
    assert after == {f"nomor {length}: competitions_edition:{edition.pk} diubah di luar tindakan resmi"}
