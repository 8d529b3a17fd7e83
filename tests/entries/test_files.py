"""Who is served a file of an entry, and how it is served."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from entries.actions.entry import add_attachment
from entries.states import EntryStatus
from judging.actions.panel import recuse
from kiks import storage
from kiks.uploads import read_pdf
from tests.factories.entries import entry_at, make_unit, member_of
from tests.factories.hostile import INERT, NAMES
from tests.factories.judging import open_desk_round
from tests.factories.pdf import tiny_pdf
from tests.factories.people import client_of, make_committee_user, make_user

pytestmark = pytest.mark.django_db
LOCKS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Type": "application/pdf",
}


def attach(entry, content, name="bukti.pdf"):
    return add_attachment(entry, by=member_of(entry.innovation.unit), kind="support", name=name, content=content)


def address(attachment):
    return f"/usulan/lampiran/{attachment.pk}/"


@pytest.mark.parametrize("name", INERT)
def test_what_passes_the_examination_is_served_without_power(name):
    entry = entry_at(EntryStatus.DRAFT)
    content = read_pdf(SimpleUploadedFile("a.html", INERT[name](), content_type="text/html"))
    attachment = attach(entry, content, "jahat.html")
    response = client_of(member_of(entry.innovation.unit)).get(address(attachment))
    assert response.content == content
    assert {header: response[header] for header in LOCKS} == LOCKS
    assert response["Content-Disposition"] == f'attachment; filename="lampiran-support-{attachment.pk}.pdf"'
    assert "no-store" in response["Cache-Control"]


def test_the_type_comes_from_the_record():
    entry = entry_at(EntryStatus.DRAFT)
    document = storage.store(b"bukan pdf", content_type="application/octet-stream")
    attachment = attach(entry, tiny_pdf("x"))
    type(attachment).objects.filter(pk=attachment.pk).update(document=document)
    response = client_of(member_of(entry.innovation.unit)).get(address(attachment))
    assert response["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(("given", "shown"), NAMES.items(), ids=range(len(NAMES)))
def test_a_hostile_name_is_shown_clean_and_never_served(given, shown):
    entry = entry_at(EntryStatus.DRAFT)
    client = client_of(member_of(entry.innovation.unit))
    file = SimpleUploadedFile("x.pdf", tiny_pdf(given), content_type="application/pdf")
    file._name = given  # the request's parser cleans less than the constructor
    client.post(f"/usulan/{entry.pk}/lampiran/", {"kind": "support", "file": file})
    attachment = entry.attachments.latest("pk")
    # What names the file on its way is cut off already where the protocol ends it.
    assert attachment.name.endswith(".pdf")
    assert attachment.name.isprintable()
    assert not {"/", "\\"} & set(attachment.name)
    assert given not in client.get(address(attachment))["Content-Disposition"]


def test_a_stored_file_has_a_name_that_tells_nothing():
    entry = entry_at(EntryStatus.DRAFT)
    attachment = attach(entry, tiny_pdf("pasien"), "data-pasien.pdf")
    sha256 = attachment.document.sha256
    folder, name = Path(storage.default_storage.path(f"{sha256[:2]}/{sha256}")).parts[-2:]
    assert (folder, name) == (sha256[:2], sha256)
    client = client_of(member_of(entry.innovation.unit))
    assert client.get(f"{storage.default_storage.base_url}{folder}/{name}").status_code == 404


def test_members_committee_and_the_judge_of_the_entry_read_it_and_nobody_else():
    round_ = open_desk_round(entries=1, judges=1)
    assignment = round_.assignments.select_related("judge__user", "entry__innovation__unit").first()
    attachment = assignment.entry.attachments.first()
    other_unit = make_unit()
    readers = [member_of(assignment.entry.innovation.unit), make_committee_user(), assignment.judge.user]
    assert [client_of(user).get(address(attachment)).status_code for user in readers] == [200] * 3
    strangers = [make_user(), member_of(other_unit)]
    assert [client_of(user).get(address(attachment)).status_code for user in strangers] == [404] * 2


def test_who_is_not_logged_in_and_a_judge_who_stepped_back_read_nothing(client):
    round_ = open_desk_round(entries=1, judges=1)
    assignment = round_.assignments.select_related("judge__user", "entry").first()
    attachment = assignment.entry.attachments.first()
    assert client.get(address(attachment)).status_code == 302
    recuse(assignment, by=assignment.judge.user, reason="Saudara saya")
    assert client_of(assignment.judge.user).get(address(attachment)).status_code == 404


def test_a_file_is_only_read():
    entry = entry_at(EntryStatus.DRAFT)
    attachment = attach(entry, tiny_pdf("b"))
    assert client_of(member_of(entry.innovation.unit)).post(address(attachment)).status_code == 405
