"""Identity and video save themselves, field by field."""

import pytest

from competitions.models import StageKind
from entries.actions.entry import save_identity
from entries.queries import identity_token
from entries.states import EntryStatus
from kiks import clock
from tests.factories.entries import entry_at, member_of
from tests.factories.people import client_of, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return entry_at(EntryStatus.DRAFT)


def typed(draft, **changed):
    innovation = draft.innovation
    return {
        "short_name": innovation.short_name,
        "expansion": innovation.expansion,
        "category": draft.category_id,
        "initiated_on": innovation.initiated_on.isoformat(),
        "trialled_on": innovation.trialled_on.isoformat(),
        "implemented_on": innovation.implemented_on.isoformat(),
        "team": draft.team,
        "decree_number": draft.decree_number,
        "seen": identity_token(draft),
        **changed,
    }


def save(draft, part="identitas", **fields):
    data = typed(draft, **fields) if part == "identitas" else {"seen": identity_token(draft), **fields}
    return client_of(member_of(draft.innovation.unit)).post(f"/usulan/{draft.pk}/{part}/simpan/", data)


def fresh(draft):
    return type(draft).objects.select_related("innovation").get(pk=draft.pk)


def test_the_identity_is_saved_and_told_as_the_form_sends_it(draft):
    facts = save(draft, team="Tim Baru", is_digital="on", tpb=["3", "11"]).json()
    saved = fresh(draft)
    assert (saved.team, saved.innovation.is_digital, saved.tpb) == ("Tim Baru", True, [3, 11])
    assert (facts["errors"], facts["token"]) == ({}, identity_token(saved))
    values = facts["values"]
    assert (values["is_digital"], values["tpb"], values["team"]) == (["on"], ["3", "11"], ["Tim Baru"])
    assert values["implemented_on"] == [saved.innovation.implemented_on.isoformat()]
    assert values["category"] == [str(draft.category_id)]
    assert facts["saved_by"] == "Anggota Unit"


def test_a_field_that_is_wrong_keeps_no_other_from_being_saved(draft):
    facts = save(draft, short_name="", team="Tim Baru").json()
    saved = fresh(draft)
    assert (saved.team, saved.innovation.short_name) == ("Tim Baru", draft.innovation.short_name)
    assert list(facts["errors"]) == ["short_name"]


def test_dates_that_contradict_each_other_are_saved_together_or_not_at_all(draft):
    facts = save(draft, implemented_on="2001-01-01", trialled_on="2025-02-02", team="Tim Baru").json()
    saved = fresh(draft)
    assert (saved.innovation.trialled_on, saved.team) == (draft.innovation.trialled_on, "Tim Baru")
    assert "implemented_on" in facts["errors"]


def test_another_tab_is_not_written_over(draft):
    seen = identity_token(draft)
    save_identity(draft, by=member_of(draft.innovation.unit), data={"team": "Dari tab lain"})
    response = save(draft, team="Dari tab ini", seen=seen)
    assert (response.status_code, response.json()["values"]["team"]) == (409, ["Dari tab lain"])
    assert fresh(draft).team == "Dari tab lain"


def test_the_video_is_saved_and_a_wrong_address_is_told(draft):
    assert save(draft, "video", video_url="https://video.contoh.test/9").json()["errors"] == {}
    assert fresh(draft).video_url == "https://video.contoh.test/9"
    draft.refresh_from_db()
    facts = save(draft, "video", video_url="bukan tautan").json()
    assert "https://" in facts["errors"]["video_url"]
    assert fresh(draft).video_url == "https://video.contoh.test/9"


def test_the_plain_video_page_shows_what_another_tab_saved(draft):
    client = client_of(member_of(draft.innovation.unit))
    save_identity(draft, by=member_of(draft.innovation.unit), data={"video_url": "https://video.contoh.test/lain"})
    data = {"video_url": "https://video.contoh.test/ini", "seen": "lama"}
    response = client.post(f"/usulan/{draft.pk}/video/", data)
    assert (response.status_code, "https://video.contoh.test/lain" in response.text) == (409, True)
    seen = response.context["form"]["seen"].value()
    assert client.post(f"/usulan/{draft.pk}/video/", {**data, "seen": seen}).status_code == 302


@pytest.mark.parametrize("part", ["identitas", "video"])
def test_nothing_is_saved_after_the_closing(draft, part):
    with clock.shifted_to(draft.edition.stages.get(kind=StageKind.SUBMISSION).closes_at):
        response = save(draft, part, video_url="https://video.contoh.test/9")
    assert (response.status_code, response.json()["is_closed"]) == (422, True)


@pytest.mark.parametrize("part", ["identitas", "video"])
def test_strangers_save_nothing(draft, part):
    assert client_of(make_user()).post(f"/usulan/{draft.pk}/{part}/simpan/").status_code == 404
