"""Forms of a round while it is prepared: its numbers, shares and tie-breakers, judged before they are saved."""

import re
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import QuerySet

from competitions.forms.rules import percentage
from competitions.models import Criterion, Edition, Instrument, Stage
from judging.models import Round, RoundComponent, RoundInstrument, TieBreaker
from judging.states import RoundKind
from kiks.forms import BaseModelForm

FOREIGN = "Pilihan ini milik edisi lain. Pilih yang termasuk edisi babak ini."
TWICE = "Pilihan ini sudah tertulis pada baris lain. Hapus salah satunya."


class OfEdition(forms.ModelChoiceField):
    """Says of which edition a choice is while the round has none yet, since every year has the same names."""

    shows_edition = True

    def label_from_instance(self, obj: Any) -> str:
        edition = obj.instrument.edition if isinstance(obj, Criterion) else obj.edition
        name = f"{obj}, {obj.instrument}" if isinstance(obj, Criterion) else str(obj)
        return f"{name} ({edition})" if self.shows_edition else name


def number(label: str, least: int, most: int, sentence: str, **kwargs: Any) -> forms.IntegerField:
    messages = {"min_value": sentence, "max_value": sentence}
    return forms.IntegerField(label=label, min_value=least, max_value=most, error_messages=messages, **kwargs)


class RoundForm(BaseModelForm):
    stage = OfEdition(Stage.objects.none(), label="Tahap", required=False, empty_label="Tidak ada")
    source = OfEdition(Round.objects.none(), label="Peserta dari babak", required=False, empty_label="Tidak ada")
    cutoff = number(
        "Jumlah yang maju",
        1,
        1000,
        "Jumlah yang maju 1 sampai 1000. Kosongkan bila tidak ada yang maju dari babak ini.",
        required=False,
        help_text="Finalis pada babak penilaian proposal, pemenang pada nilai akhir.",
    )
    decimals = number("Angka desimal", 0, 6, "Angka desimal 0 sampai 6.", initial=2)
    minimum_judges = number("Juri minimal per usulan", 1, 50, "Juri minimal 1 sampai 50.", initial=1)
    judges_per_entry = number(
        "Juri per usulan", 1, 50, "Juri per usulan 1 sampai 50.", required=False, help_text="Kosong: semua juri."
    )

    class Meta:
        model = Round
        fields = [
            "edition",
            "code",
            "name",
            "kind",
            "stage",
            "source",
            "cutoff",
            "decimals",
            "minimum_judges",
            "judges_per_entry",
        ]
        error_messages = {
            NON_FIELD_ERRORS: {"unique_together": "Edisi ini sudah memiliki babak dengan kode itu. Ganti kodenya."}
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "edition" in self.fields:
            self.fields["edition"].queryset = Edition.objects.filter(is_history=False)
        if "stage" in self.fields:
            self.fields["stage"].queryset = of_edition(Stage.objects.select_related("edition"), self.instance)
            rounds = Round.objects.select_related("edition").exclude(kind=RoundKind.FINAL)
            self.fields["source"].queryset = of_edition(rounds, self.instance).exclude(pk=self.instance.pk)
            self.fields["stage"].shows_edition = self.fields["source"].shows_edition = self.instance.pk is None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        edition = data.get("edition") or (self.instance.edition if self.instance.pk else None)
        for name in ("stage", "source"):
            chosen = data.get(name)
            if chosen and edition and chosen.edition_id != edition.pk:
                self.add_error(name, FOREIGN)
        few, many = data.get("minimum_judges"), data.get("judges_per_entry")
        if few and many and many < few:
            self.add_error("judges_per_entry", f"Paling sedikit {few}, sama dengan juri minimal. Kosong: semua juri.")
        return data


def of_edition(rows: QuerySet, round_: Round | None) -> QuerySet:
    """Only rows of the round's edition once it is known."""
    return rows.filter(edition=round_.edition_id) if round_ and round_.pk else rows.filter(edition__is_history=False)


class ShareForm(BaseModelForm):
    share = percentage("Bobot (%)")


class RoundInstrumentForm(ShareForm):
    instrument = OfEdition(Instrument.objects.select_related("edition"), label="Instrumen", empty_label="Pilih")

    class Meta:
        model = RoundInstrument
        fields = ["instrument", "share", "position"]


class RoundComponentForm(ShareForm):
    source = OfEdition(Round.objects.select_related("edition"), label="Babak", empty_label="Pilih")

    class Meta:
        model = RoundComponent
        fields = ["source", "share", "position"]


class TieBreakerForm(BaseModelForm):
    criterion = OfEdition(
        Criterion.objects.select_related("instrument__edition"), label="Kriteria", required=False, empty_label="Pilih"
    )
    source = OfEdition(Round.objects.select_related("edition"), label="Babak", required=False, empty_label="Pilih")

    class Meta:
        model = TieBreaker
        fields = ["position", "criterion", "source"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and bool(data.get("criterion")) == bool(data.get("source")):
            self.add_error(None, "Pilih satu: kriteria, atau babak pada nilai akhir.")
        return data

    def validate_constraints(self) -> None:
        """The rows are written anew in the order of their positions, so the old positions do not count."""


class PartFormSet(forms.BaseInlineFormSet):
    """Rows that belong to one edition and name each thing once; `field` is the thing."""

    field = ""
    for_final = False
    wrong_kind = ""

    def clean(self) -> None:
        seen: set[int] = set()
        for form in self.forms:
            chosen = getattr(form, "cleaned_data", {}).get(self.field)
            if not chosen or form in self.deleted_forms:
                continue
            if chosen.edition_id != self.instance.edition_id:
                form.add_error(self.field, FOREIGN)
            if chosen.pk in seen:
                form.add_error(self.field, TWICE)
            if (self.instance.kind == RoundKind.FINAL) != self.for_final:
                form.add_error(None, self.wrong_kind)
            seen.add(chosen.pk)

    def validate_unique(self) -> None:
        """`clean` says it with our sentence."""


class RoundInstrumentFormSet(PartFormSet):
    field = "instrument"
    wrong_kind = "Nilai akhir digabung dari babak, bukan dari instrumen. Isi bagian “bobot babak”."


class RoundComponentFormSet(PartFormSet):
    field = "source"
    for_final = True
    wrong_kind = "Hanya nilai akhir yang digabung dari babak. Isi bagian “bobot instrumen”."


class TieBreakerFormSet(forms.BaseInlineFormSet):
    """What separates equal scores must be part of what is judged: compared with the rows sent along."""

    def clean(self) -> None:
        is_final = self.instance.kind == RoundKind.FINAL
        chosen = self._chosen("components", "source") if is_final else self._chosen("round_instruments", "instrument")
        seen: set[int] = set()
        for form in self.forms:
            data = getattr(form, "cleaned_data", {})
            if form in self.deleted_forms or form.errors or not data:
                continue
            criterion, source = data.get("criterion"), data.get("source")
            thing = source if is_final else criterion
            if thing is None:
                what = "babak" if is_final else "kriteria"
                form.add_error(None, f"Babak jenis ini memakai {what} sebagai pemisah. Pilih satu {what}.")
                continue
            if (thing.pk if is_final else thing.instrument_id) not in chosen:
                what = "Babak" if is_final else "Kriteria"
                form.add_error(None, f"{what} ini tidak dinilai pada babak ini. Pilih yang termasuk bobot di atas.")
            if thing.pk in seen:
                form.add_error(None, TWICE)
            seen.add(thing.pk)

    def validate_unique(self) -> None:
        """`clean` says it with our sentence."""

    def _chosen(self, prefix: str, field: str) -> set[int]:
        """Primary keys that the sibling rows of the same page choose."""
        found = set()
        for key, value in self.data.items():
            is_choice = re.fullmatch(rf"{prefix}-\d+-{field}", key) and value.isdigit()
            if is_choice and not self.data.get(key.removesuffix(field) + "DELETE"):
                found.add(int(value))
        return found

    def in_order(self) -> list[TieBreaker]:
        """The rows as they were sent, numbered on from 1."""
        kept = [
            form.instance
            for form in self.forms
            if form not in self.deleted_forms and (form.instance.pk or form.has_changed())
        ]
        kept.sort(key=lambda breaker: breaker.position)
        return [
            TieBreaker(round=self.instance, position=position, criterion=row.criterion, source=row.source)
            for position, row in enumerate(kept, 1)
        ]
