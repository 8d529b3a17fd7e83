"""The panel comes in from a spreadsheet: each row is an appointment like the one on the page."""

from datetime import date

import pytest

from judging.actions.panel import appoint_judge
from judging.models import Judge
from judging.resources import JudgeResource
from kiks.models import AuditEvent, Invitation, OutgoingMail, User
from kiks.sheets.importing import Outcome, run
from kiks.sheets.templates import csv_template, current_rows, xlsx_template
from tests.factories.editions import make_edition
from tests.factories.entries import make_agency
from tests.factories.people import make_committee_user, make_user
from tests.factories.spreadsheets import xlsx

pytestmark = pytest.mark.django_db
HEADINGS = ["Edisi", "Nama", "Surel", "Lembaga", "Perangkat daerah asal", "Nomor SK", "Tanggal SK"]


@pytest.fixture
def officer():
    return make_committee_user()


@pytest.fixture
def edition():
    return make_edition()


def row(edition, **change) -> list[object]:
    known = dict(
        zip(
            HEADINGS, [edition.code, "Dr. Ani", "Ani@Kampus.test", "Universitas", "", "SK/1", "02/02/2026"], strict=True
        )
    )
    return list((known | change).values())


def bring(rows, *, by, dry_run=False) -> Outcome:
    return run(xlsx([HEADINGS, *rows]), JudgeResource, by=by, dry_run=dry_run)


def counts(outcome: Outcome) -> tuple[int, int, int]:
    assert [fault.sentence for fault in outcome.faults] == []
    return outcome.new, outcome.changed, outcome.same


def test_a_judge_is_appointed_and_invited(officer, edition):
    agency = make_agency(name="Dinas Sosial")
    rows = [
        row(edition, **{"Perangkat daerah asal": "dinas sosial"}),
        row(edition, Surel="budi@kampus.test", Nama="Budi"),
    ]
    preview = bring(rows, by=officer, dry_run=True)
    assert list(preview.notes) == ["2 surel penunjukan dan 2 undangan akun dikirim setelah impor disimpan."]
    assert not Judge.objects.exists()
    assert not OutgoingMail.objects.exists()
    assert counts(bring(rows, by=officer)) == (2, 0, 0)
    judge = Judge.objects.get(label="J1")
    assert (judge.user.name, judge.user.email, judge.edition) == ("Dr. Ani", "ani@kampus.test", edition)
    assert (judge.institution, judge.agency, judge.appointed_by) == ("Universitas", agency, officer)
    assert (judge.decree_number, judge.decree_on) == ("SK/1", date(2026, 2, 2))
    assert Judge.objects.get(label="J2").user.name == "Budi"
    assert Invitation.objects.count() == 2
    assert AuditEvent.objects.filter(kind="judge.appointed").count() == 2
    assert AuditEvent.objects.filter(kind="reference.imported").count() == 1


def test_the_same_file_again_appoints_nobody(officer, edition):
    bring([row(edition)], by=officer)
    mails = OutgoingMail.objects.count()
    assert counts(bring([row(edition)], by=officer)) == (0, 0, 1)
    assert (Judge.objects.count(), OutgoingMail.objects.count()) == (1, mails)


def test_who_has_an_account_keeps_its_name_and_needs_no_invitation(officer, edition):
    user = make_user("Nama Sendiri")
    assert counts(bring([row(edition, Surel=user.email)], by=officer)) == (1, 0, 0)
    user.refresh_from_db()
    assert user.name == "Nama Sendiri"
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("change", "heading", "sentence"),
    [
        ({"Edisi": "tidak-ada"}, "Edisi", "Edisi “tidak-ada” belum tercatat."),
        ({"Nama": ""}, "Nama", "Isi kolom ini."),
        ({"Nama": "=1+1"}, "Nama", "seperti rumus"),
        ({"Surel": "ani"}, "Surel", "Alamat surel belum benar."),
        ({"Lembaga": "x" * 161}, "Lembaga", "maksimal 160"),
        ({"Perangkat daerah asal": "Dinas Apa"}, "Perangkat daerah asal", "belum tercatat"),
        ({"Tanggal SK": "kemarin"}, "Tanggal SK", "Tulis seperti 28/03/2026."),
    ],
)
def test_what_is_wrong_is_named_and_nobody_is_appointed(officer, edition, change, heading, sentence):
    outcome = bring([row(edition, Surel="lain@kampus.test"), row(edition, **change)], by=officer)
    assert [(fault.number, fault.heading) for fault in outcome.faults] == [(3, heading)]
    assert sentence in outcome.faults[0].sentence
    assert not Judge.objects.exists()
    assert not User.objects.filter(email="lain@kampus.test").exists()


def test_an_appointment_is_not_changed_by_a_file(officer, edition):
    bring([row(edition)], by=officer)
    outcome = bring([row(edition, Lembaga="Lembaga Lain")], by=officer)
    assert "sudah ditunjuk sebagai juri J1 dengan data lain" in outcome.faults[0].sentence
    assert Judge.objects.get().institution == "Universitas"


def test_nobody_judges_history(officer):
    past = make_edition(is_history=True, opened_at=None, opened_by=None)
    assert bring([row(past)], by=officer).faults[0].heading == "Edisi"


def test_one_person_is_appointed_once_in_a_file(officer, edition):
    outcome = bring([row(edition), row(edition)], by=officer)
    assert "mengulang data baris 2" in outcome.faults[0].sentence


@pytest.mark.parametrize("write", [xlsx_template, csv_template])
def test_what_goes_out_comes_in_again_and_changes_nothing(officer, edition, write):
    for name in ("Satu", "Dua"):
        appoint_judge(by=officer, edition=edition, user=make_user(name), institution="Kampus", agency=make_agency())
    rows = current_rows(JudgeResource())
    outcome = run(write(JudgeResource(), rows), JudgeResource, by=officer, dry_run=False)
    assert counts(outcome) == (0, 0, 2)
