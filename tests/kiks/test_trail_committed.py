"""What only transactions that really commit can show: which rows lie folded under which act."""

import pytest
from django.urls import reverse

from kiks.audit import target_of
from kiks.models import AuditEvent
from kiks.trail.story import same_act
from tests.factories.entries import make_unit
from tests.factories.people import client_of, make_committee_user


def page_of(event: AuditEvent) -> str:
    return reverse("admin:kiks_auditevent_change", args=[event.pk])


@pytest.mark.long
def test_an_act_and_its_rows_are_one(committed_db):
    """Where transactions commit: the rows lie folded under their act, other acts do not mix in."""
    officer = make_committee_user("Petugas Satu")
    committee = client_of(officer)
    unit = make_unit(committee=officer)
    make_unit(committee=officer)
    act = AuditEvent.objects.get(kind="unit.verified", target=target_of(unit))
    row = AuditEvent.objects.filter(kind="row.update", target=target_of(unit)).latest("id")
    assert (list(same_act(act)), list(same_act(row))) == ([row], [act])
    page = committee.get(page_of(act)).text
    assert f"Unit pelayanan (UPP) {unit.name}: diverifikasi" in page
    assert page.count('<details class="card-sheet trail-row" open>') == 1
    for words in ["Menunggu verifikasi", "Terverifikasi", "Diverifikasi oleh", "Petugas Satu"]:
        assert words in page
    assert ">Didaftarkan pada<" not in page  # not what this act left as it was
    page = committee.get(page_of(row)).text
    assert "Bagian dari tindakan" in page
    assert page_of(act) in page
