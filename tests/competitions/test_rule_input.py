"""What the committee types into the rulebook: bad input gets a sentence that says how to go on, and changes nothing."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
from django.db import models
from django.urls import reverse

from competitions.actions import confirm_edition_rules, confirm_instrument
from competitions.models import Criterion, Edition, Instrument
from judging.actions.round import confirm_shares, revoke_shares
from judging.models import Round, TieBreaker
from kiks.exceptions import RuleBrokenError
from kiks.models import AuditEvent
from tests.factories.editions import make_edition
from tests.factories.judging import make_final_round, make_presentation_round, make_round, open_desk_round
from tests.factories.people import client_of, make_committee_user

pytestmark = [pytest.mark.django_db, pytest.mark.long]
EDITION_INLINES = [
    "stages",
    "categories",
    "transformations",
    "questions",
    "attachment_rules",
    "checklist",
    "figures",
]


@pytest.fixture
def officer():
    return make_committee_user()


@pytest.fixture
def client(officer):
    return client_of(officer)


@pytest.fixture
def edition():
    return make_edition()


def rows(prefix: str, objects: Iterable[models.Model], fields: list[str], *, extra: int = 0) -> dict[str, str]:
    """The rows of an inline as the page sends them back."""
    objects = list(objects)
    data = {f"{prefix}-TOTAL_FORMS": str(len(objects) + extra), f"{prefix}-INITIAL_FORMS": str(len(objects))}
    for index, obj in enumerate(objects):
        values = {field: getattr(obj, obj._meta.get_field(field).attname) for field in ["id", *fields]}
        data |= {f"{prefix}-{index}-{field}": text_of(value) for field, value in values.items()}
    return {key: value for key, value in data.items() if value != "off"}


def text_of(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


class TestInstrument:
    FIELDS = ["position", "code", "name", "weight", "max_mark", "step", "guidance"]

    @pytest.fixture
    def kipp(self, edition):
        return edition.instruments.get(code="kipp")

    def url(self, instrument: Instrument) -> str:
        return reverse("admin:competitions_instrument_change", args=[instrument.pk])

    def posted(self, instrument: Instrument, **changed: str) -> dict[str, str]:
        data = rows("criteria", instrument.criteria.all(), self.FIELDS)
        return {**data, "name": instrument.name, "source": "", **{f"criteria-{k}": v for k, v in changed.items()}}

    def weights(self, instrument: Instrument) -> list[Decimal]:
        return list(instrument.criteria.values_list("weight", flat=True))

    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [
            ({"0-weight": "120"}, "Bobot paling besar 100. Tulis angka antara 0 dan 100."),
            ({"0-weight": "-5"}, "Bobot paling kecil 0. Tulis angka antara 0 dan 100."),
            ({"0-weight": "banyak"}, "Tulis angka, misalnya 87,5."),
            ({"0-weight": ""}, "Isi bobot (%)."),
            ({"0-step": "0"}, "Kelipatan nilai harus lebih dari 0"),
            ({"0-step": "-1"}, "Kelipatan nilai harus lebih dari 0"),
            ({"0-step": "7"}, "Nilai tertinggi harus kelipatan dari angka ini"),
            ({"0-max_mark": "0"}, "Nilai tertinggi harus lebih dari 0"),
            ({"1-code": "ide"}, "Kode ini sudah dipakai baris lain. Beri kode yang berbeda."),
            ({"0-levels": "bagus"}, "belum benar. Contoh: 85–100"),
        ],
    )
    def test_bad_input_says_how_to_go_on_and_changes_nothing(self, client, kipp, changed, sentence):
        before = list(kipp.criteria.values())
        html = client.post(self.url(kipp), self.posted(kipp, **changed)).text
        assert sentence in html
        assert list(kipp.criteria.values()) == before

    def test_weights_of_99_are_saved_with_a_warning_and_cannot_be_confirmed(self, client, kipp):
        html = client.post(self.url(kipp), self.posted(kipp, **{"0-weight": "44"}), follow=True).text
        assert "Jumlah bobot sekarang 99, seharusnya tepat 100." in html
        assert self.weights(kipp) == [44, 55]
        confirm = reverse("admin:competitions_instrument_confirm", args=[kipp.pk])
        assert "Jumlah bobot 99, seharusnya tepat 100" in client.post(confirm, {"source": "SK"}).text

    def test_weights_of_100_are_saved_without_a_word_and_with_a_comma(self, client, kipp):
        changed = {"0-weight": "44,5", "1-weight": "55,5"}
        html = client.post(self.url(kipp), self.posted(kipp, **changed), follow=True).text
        assert "Jumlah bobot" not in html.split("<table")[0]
        assert self.weights(kipp) == [Decimal("44.5"), Decimal("55.5")]
        assert 'value="44,5"' in client.get(self.url(kipp)).text

    def test_a_new_criterion_takes_its_code_from_its_name(self, client, kipp):
        data = self.posted(kipp) | {
            "criteria-TOTAL_FORMS": "3",
            "criteria-2-position": "3",
            "criteria-2-name": "Kontribusi terhadap Capaian TPB",
            "criteria-2-weight": "0",
            "criteria-2-max_mark": "100",
            "criteria-2-step": "1",
        }
        assert client.post(self.url(kipp), data).status_code == 302
        assert kipp.criteria.get(position=3).code == "kontribusi-terhadap-capaian-tpb"

    def test_a_page_from_before_the_confirmation_is_refused(self, client, officer, kipp):
        data = self.posted(kipp, **{"0-weight": "44"})
        confirm_instrument(kipp, by=officer, source="SK 1")
        html = client.post(self.url(kipp), data, follow=True).text
        assert f"Instrumen ini sudah dikonfirmasi {officer}" in html
        assert "Tidak ada yang disimpan." in html
        assert self.weights(kipp) == [45, 55]
        assert not AuditEvent.objects.filter(kind="reference.changed").exists()

    def test_an_instrument_of_an_open_round_is_refused_too(self):
        round_ = open_desk_round()
        kipp = round_.edition.instruments.get(code="kipp")
        client = client_of(round_.opened_by)
        html = client.post(self.url(kipp), self.posted(kipp, **{"0-weight": "44"}), follow=True).text
        assert "Tidak ada yang disimpan." in html
        assert self.weights(kipp) == [45, 55]

    def test_a_code_twice_in_one_edition(self, client, edition):
        data = {"edition": edition.pk, "code": "kipp", "name": "Lagi"} | rows("criteria", [], [])
        html = client.post(reverse("admin:competitions_instrument_add"), data).text
        assert "Edisi itu sudah memiliki instrumen dengan kode ini. Ganti kodenya." in html
        assert edition.instruments.count() == 2


class TestEdition:
    def url(self, edition: Edition) -> str:
        return reverse("admin:competitions_edition_change", args=[edition.pk])

    def posted(self, edition: Edition, **changed: str) -> dict[str, str]:
        data = {"year": "2026", "name": edition.name, "theme": "Tema", "participation_limit": "2"}
        data |= {"minimum_age_months": "6", "objection_days": "3"}
        for inline in EDITION_INLINES:
            data |= rows(inline, [], [])
        data |= rows("categories", edition.categories.all(), ["position", "code", "name"])
        data |= rows(
            "attachment_rules",
            edition.attachment_rules.all(),
            ["position", "code", "name", "help_text", "is_required", "max_files", "max_megabytes"],
        )
        return data | {key.replace("__", "-"): value for key, value in changed.items()}

    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [
            ({"participation_limit": "0"}, "Batas keikutsertaan paling sedikit 1."),
            ({"minimum_age_months": "-1"}, "Umur dalam bulan tidak boleh kurang dari 0."),
            ({"unit_limit": "0"}, "Batasnya paling sedikit 1. Kosongkan bila tidak dibatasi."),
            ({"agency_limit": "-3"}, "Batasnya paling sedikit 1. Kosongkan bila tidak dibatasi."),
            ({"unit_limit": "99999999"}, "Angkanya paling besar"),
            ({"year": "20266"}, "Angkanya paling besar 2100."),
            ({"name": ""}, "Isi nama."),
            ({"attachment_rules__0__max_megabytes": "11"}, "maksimal 10"),
            ({"attachment_rules__0__max_files": "0"}, "minimal 1"),
            ({"attachment_rules__1__code": "decree"}, "Kode ini sudah dipakai baris lain. Beri kode yang berbeda."),
            ({"categories__0__name": ""}, "Isi nama."),
        ],
    )
    def test_bad_input_says_how_to_go_on_and_changes_nothing(self, client, edition, changed, sentence):
        before = Edition.objects.filter(pk=edition.pk).values().get(), list(edition.attachment_rules.values())
        html = client.post(self.url(edition), self.posted(edition, **changed)).text
        assert sentence in html
        after = Edition.objects.filter(pk=edition.pk).values().get(), list(edition.attachment_rules.values())
        assert after == before

    def test_a_good_page_is_saved(self, client, edition):
        data = self.posted(edition, attachment_rules__0__max_megabytes="5", unit_limit="3")
        response = client.post(self.url(edition), data)
        assert response.status_code == 302, response.context["errors"]
        edition.refresh_from_db()
        assert (edition.unit_limit, edition.attachment_rules.get(code="decree").max_megabytes) == (3, 5)

    def test_a_code_that_another_edition_has(self, client, edition):
        data = self.posted(edition) | rows("categories", [], []) | rows("attachment_rules", [], [])
        html = client.post(reverse("admin:competitions_edition_add"), data | {"code": edition.code}).text
        assert "Kode ini sudah dipakai edisi lain. Pilih kode yang berbeda." in html
        assert Edition.objects.count() == 1

    def test_a_row_that_is_in_use_is_not_deleted(self, client, officer):
        round_ = open_desk_round()
        edition = round_.edition
        entry = edition.entries.first()
        assert entry.answers.exists()
        Edition.objects.filter(pk=edition.pk).update(rules_confirmed_at=None, rules_confirmed_by=None)
        data = self.posted(edition) | rows("questions", edition.questions.all(), ["position", "code", "title"])
        response = client.post(self.url(edition), data | {"questions-0-DELETE": "on"}, follow=True)
        assert response.status_code == 200
        assert edition.questions.count() == 2

    def test_a_page_from_before_the_confirmation_is_refused(self, client, officer, edition):
        data = self.posted(edition, unit_limit="1")
        confirm_edition_rules(edition, by=officer, source="SK 1")
        html = client.post(self.url(edition), data, follow=True).text
        assert f"Sementara halaman ini terbuka, {officer} mengonfirmasi aturan edisi. Tidak ada yang disimpan." in html
        edition.refresh_from_db()
        assert edition.unit_limit is None

    def test_confirmed_rules_are_read_and_the_theme_still_changes(self, client, officer, edition):
        confirm_edition_rules(edition, by=officer, source="SK 1")
        html = client.get(self.url(edition)).text
        for name in ("participation_limit", "categories-0-name", "questions-0-title", "attachment_rules-0-name"):
            assert f'name="{name}"' not in html, name
        data = {"year": "2026", "name": edition.name, "theme": "Tema lain"}
        for inline in EDITION_INLINES:
            data |= rows(inline, [], [])
        assert client.post(self.url(edition), data).status_code == 302
        edition.refresh_from_db()
        assert edition.theme == "Tema lain"


class TestRound:
    NUMBERS = ["code", "name", "kind", "stage", "source", "cutoff", "decimals", "minimum_judges", "judges_per_entry"]

    @pytest.fixture
    def round_(self, edition, officer):
        return revoke_shares(make_round(edition, officer), by=officer, reason="Disusun ulang")

    def url(self, round_: Round) -> str:
        return reverse("admin:judging_round_change", args=[round_.pk])

    def posted(self, round_: Round, **changed: object) -> dict[str, str]:
        values = {field: getattr(round_, round_._meta.get_field(field).attname) for field in self.NUMBERS}
        data = {field: text_of(value) for field, value in values.items()}
        data |= rows("round_instruments", round_.round_instruments.all(), ["instrument", "share", "position"])
        data |= rows("components", round_.components.all(), ["source", "share", "position"])
        data |= rows("tie_breakers", round_.tie_breakers.all(), ["position", "criterion", "source"])
        return data | {key.replace("__", "-"): str(value) for key, value in changed.items()}

    def facts(self, round_: Round) -> tuple[list, ...]:
        parts = (Round.objects.filter(pk=round_.pk), round_.round_instruments, round_.components, round_.tie_breakers)
        return tuple(list(each.values()) for each in parts)

    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [
            ({"cutoff": "0"}, "Jumlah yang maju 1 sampai 1000. Kosongkan bila tidak ada yang maju"),
            ({"decimals": "7"}, "Angka desimal 0 sampai 6."),
            ({"minimum_judges": "0"}, "Juri minimal 1 sampai 50."),
            ({"minimum_judges": "3", "judges_per_entry": "2"}, "Paling sedikit 3, sama dengan juri minimal."),
            ({"round_instruments__0__share": "101"}, "Bobot paling besar 100."),
            ({"round_instruments__0__share": "-1"}, "Bobot paling kecil 0."),
            ({"round_instruments__0__share": "x"}, "Tulis angka, misalnya 87,5."),
            ({"code": ""}, "Isi kode."),
            ({"tie_breakers__0__criterion": ""}, "Pilih satu: kriteria, atau babak pada nilai akhir."),
        ],
    )
    def test_bad_input_says_how_to_go_on_and_changes_nothing(self, client, round_, changed, sentence):
        before = self.facts(round_)
        html = client.post(self.url(round_), self.posted(round_, **changed)).text
        assert sentence in html
        assert self.facts(round_) == before

    def test_the_same_page_without_a_mistake_is_saved(self, client, round_):
        response = client.post(self.url(round_), self.posted(round_, cutoff="4", round_instruments__0__share="60,0"))
        assert response.status_code == 302, response.context["errors"]
        round_.refresh_from_db()
        assert round_.cutoff == 4

    def test_shares_of_99_are_saved_with_a_warning_and_cannot_be_confirmed(self, client, round_, officer):
        data = self.posted(round_, round_instruments__0__share="59")
        html = client.post(self.url(round_), data, follow=True).text
        assert "Jumlah bobot instrumen 99%, seharusnya 100%. Babak tersimpan" in html
        with pytest.raises(RuleBrokenError, match="99%, seharusnya 100%"):
            confirm_shares(round_, by=officer, source="SK 1")

    def test_an_instrument_of_another_edition(self, client, round_):
        foreign = make_edition().instruments.get(code="kipp")
        before = self.facts(round_)
        html = client.post(self.url(round_), self.posted(round_, round_instruments__0__instrument=foreign.pk)).text
        assert "Pilihan itu tidak tersedia. Pilih salah satu dari daftar." in html
        assert self.facts(round_) == before

    def test_an_instrument_twice(self, client, round_):
        same = round_.round_instruments.first().instrument_id
        html = client.post(self.url(round_), self.posted(round_, round_instruments__1__instrument=same)).text
        assert "Pilihan ini sudah tertulis pada baris lain. Hapus salah satunya." in html

    def test_a_tie_breaker_of_an_instrument_that_is_not_judged_here(self, client, round_, officer):
        make_presentation_round(round_, officer)
        foreign = Criterion.objects.get(instrument__edition=round_.edition, code="penyampaian")
        before = self.facts(round_)
        html = client.post(self.url(round_), self.posted(round_, tie_breakers__0__criterion=foreign.pk)).text
        assert "Kriteria ini tidak dinilai pada babak ini. Pilih yang termasuk bobot di atas." in html
        assert self.facts(round_) == before

    def test_tie_breakers_change_places(self, client, round_):
        other = Criterion.objects.get(instrument__edition=round_.edition, code="ide")
        TieBreaker.objects.create(round=round_, position=2, criterion=other)
        data = self.posted(round_, tie_breakers__0__position=2, tie_breakers__1__position=1)
        response = client.post(self.url(round_), data)
        assert response.status_code == 302, response.context["errors"]
        order = list(round_.tie_breakers.values_list("position", "criterion__code"))
        assert order == [(1, "ide"), (2, "signifikansi")]

    def test_a_final_takes_rounds_as_parts_and_as_tie_breakers(self, client, round_, officer):
        presentation = make_presentation_round(round_, officer)
        final = revoke_shares(make_final_round(round_, presentation, officer), by=officer, reason="Disusun ulang")
        assert client.post(self.url(final), self.posted(final, components__0__share="55")).status_code == 302
        assert final.components.first().share == 55
        criterion = Criterion.objects.get(instrument__edition=round_.edition, code="ide")
        data = self.posted(final, tie_breakers__0__criterion=criterion.pk, tie_breakers__0__source="")
        assert "Babak jenis ini memakai babak sebagai pemisah." in client.post(self.url(final), data).text

    def test_confirmed_shares_are_read_and_a_page_from_before_is_refused(self, client, round_, officer):
        data = self.posted(round_, round_instruments__0__share="70", round_instruments__1__share="30")
        confirm_shares(round_, by=officer, source="SK 1")
        before = self.facts(round_)
        html = client.post(self.url(round_), data, follow=True).text
        assert f"Bobot babak ini sudah dikonfirmasi {officer}. Tidak ada yang disimpan." in html
        assert self.facts(round_) == before
        assert 'name="round_instruments-0-share"' not in html

    def test_a_round_of_another_edition_is_no_source(self, client, edition, officer):
        foreign = make_round(make_edition(), officer)
        data = {"edition": edition.pk, "code": "desk", "name": "Desk", "kind": "desk", "source": foreign.pk}
        data |= {"decimals": "2", "minimum_judges": "1"}
        for inline in ("round_instruments", "components", "tie_breakers"):
            data |= rows(inline, [], [])
        html = client.post(reverse("admin:judging_round_add"), data).text
        assert "Pilihan ini milik edisi lain. Pilih yang termasuk edisi babak ini." in html
        assert not edition.rounds.exists()

    def test_a_final_is_not_blended_of_instruments(self, client, edition):
        data = {"edition": edition.pk, "code": "final", "name": "Nilai akhir", "kind": "final"}
        data |= {"decimals": "2", "minimum_judges": "1"}
        for inline in ("round_instruments", "components", "tie_breakers"):
            data |= rows(inline, [], [])
        kipp = edition.instruments.get(code="kipp")
        data |= {"round_instruments-TOTAL_FORMS": "1", "round_instruments-0-instrument": kipp.pk}
        data |= {"round_instruments-0-share": "100", "round_instruments-0-position": "1"}
        html = client.post(reverse("admin:judging_round_add"), data).text
        assert "Nilai akhir digabung dari babak, bukan dari instrumen." in html
        assert not edition.rounds.exists()

    def test_a_round_shows_the_parts_of_its_kind(self, client, round_, officer):
        html = client.get(self.url(round_)).text
        assert "round_instruments-group" in html
        assert "components-group" not in html
        final = make_final_round(round_, make_presentation_round(round_, officer), officer)
        html = client.get(self.url(final)).text
        assert "components-group" in html
        assert "round_instruments-group" not in html

    def test_a_code_twice_in_one_edition(self, client, round_):
        data = {"edition": round_.edition_id, "code": "desk", "name": "Desk", "kind": "desk"}
        data |= {"decimals": "2", "minimum_judges": "1"}
        for inline in ("round_instruments", "components", "tie_breakers"):
            data |= rows(inline, [], [])
        html = client.post(reverse("admin:judging_round_add"), data).text
        assert "Edisi ini sudah memiliki babak dengan kode itu. Ganti kodenya." in html

    def test_revoking_asks_for_a_reason_and_enters_the_chain(self, client, edition, officer):
        round_ = make_round(edition, officer)
        url = reverse("admin:judging_revoke_shares", args=[round_.pk])
        assert "Isi alasan" in client.post(url, {"reason": ""}).text
        client.post(url, {"reason": "Pembagian berubah"})
        round_.refresh_from_db()
        assert (round_.shares_confirmed_at, round_.shares_source) == (None, "")
        assert AuditEvent.objects.filter(chain=edition.code).last().kind == "round.shares_revoked"
        with pytest.raises(RuleBrokenError, match="belum dikonfirmasi"):
            revoke_shares(round_, by=officer, reason="Lagi")
