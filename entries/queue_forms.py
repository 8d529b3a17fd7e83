"""Forms of the screening desk's lists: filters, and whose pile an agency belongs to."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from django import forms
from django.utils.http import urlencode

from competitions.models import Edition
from entries.models import Agency
from entries.models.unit import AgencyKind, UnitKind
from entries.piles import balanced
from entries.queue_queries import ALL, CLEAN, DOUBTED, MINE, NOBODY, Heap, has_pile, officers
from entries.states import EntryStatus
from kiks.forms import BaseForm
from kiks.models import User


class QueueFilterForm(BaseForm):
    """What of the queue is shown; who has a pile begins with it. A filter that is not understood filters nothing."""

    submit_label = ""
    show_optional = False

    q = forms.CharField(label="Nomor, nama, atau unit", required=False, max_length=80)
    officer = forms.ChoiceField(label="Petugas", required=False)
    machine = forms.ChoiceField(
        label="Temuan sistem",
        required=False,
        choices=[("", "Semua"), (CLEAN, "Bersih"), (DOUBTED, "Ada temuan")],
    )
    category = forms.ModelChoiceField(None, label="Kategori", required=False, empty_label="Semua kategori")
    agency = forms.ModelChoiceField(None, label="Perangkat daerah", required=False, empty_label="Semua")
    kind = forms.ChoiceField(label="Jenis unit", required=False, choices=[("", "Semua"), *UnitKind.choices])
    attempt = forms.ChoiceField(
        label="Pemeriksaan",
        required=False,
        choices=[("", "Semua"), ("first", "Pertama"), ("again", "Setelah perbaikan")],
    )
    twin = forms.ChoiceField(
        label="Kemiripan", required=False, choices=[("", "Semua"), ("yes", "Mirip inovasi lain, belum diputuskan")]
    )

    def __init__(self, data: Mapping[str, Any], *args: Any, edition: Edition, user: User, **kwargs: Any) -> None:
        given = {name: data[name] for name in self.base_fields if name in data}
        if "officer" not in given:
            given["officer"] = MINE if has_pile(user, edition) else ALL
        super().__init__(given, *args, **kwargs)
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.fields["officer"].choices = [
            (ALL, "Semua petugas"),
            (MINE, "Tumpukan saya"),
            (NOBODY, "Belum dibagi"),
            *((str(pk), name) for pk, name in officers().exclude(pk=user.pk).values_list("pk", "name")),
        ]
        self.fields["category"].queryset = edition.categories.all()
        self.fields["agency"].queryset = Agency.objects.filter(units__innovations__entries__edition=edition).distinct()

    @property
    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def pairs(self) -> dict[str, str]:
        """The filters as an address or a form carries them on."""
        return {name: self.data[name] for name in self.chosen}

    @property
    def query(self) -> str:
        """The same filters for the next address."""
        return urlencode(self.pairs)

    @property
    def clean_query(self) -> str:
        """The same filters, of it what the machine does not doubt, with all of it chosen."""
        return urlencode(self.pairs | {"machine": CLEAN, "pilih": "bersih"})

    @property
    def is_narrow(self) -> bool:
        """Whether anything is left out."""
        return self.chosen.keys() != {"officer"} or self.chosen["officer"] != ALL


class DecidedFilterForm(QueueFilterForm):
    """The same for what was decided already."""

    machine = twin = attempt = None
    outcome = forms.ChoiceField(
        label="Hasil",
        required=False,
        choices=[("", "Lolos dan tidak lolos"), (EntryStatus.PASSED, "Lolos"), (EntryStatus.REJECTED, "Tidak lolos")],
    )
    field_order = ["q", "outcome"]


class PilesForm(BaseForm):
    """Who screens which agency; the choice for a whole group wins over those of its agencies."""

    submit_label = ""
    show_optional = False

    among = forms.MultipleChoiceField(
        label="Petugas yang ikut dibagi rata", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, heaps: Iterable[Heap], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.form_tag = False
        self.heaps = list(heaps)
        self.officers = {str(user.pk): user for user in officers()}
        names = [(key, user.name) for key, user in self.officers.items()]
        self.fields["among"].choices = names
        self.fields["among"].initial = list(self.officers)
        for heap in self.heaps:
            kind = AgencyKind(heap.agency.kind)
            self._add(f"group_{kind.value}", f"Semua {kind.label}", names, "Pilih per perangkat daerah", "")
            owner = str(heap.officer.pk) if heap.officer and str(heap.officer.pk) in self.officers else ""
            self._add(f"agency_{heap.agency.pk}", heap.agency.name, names, "Belum dibagi", owner)

    def _add(self, name: str, label: str, names: list[tuple[str, str]], empty: str, initial: str) -> None:
        if name not in self.fields:
            self.fields[name] = forms.ChoiceField(
                label=label, required=False, choices=[("", empty), *names], initial=initial
            )

    def groups(self) -> list[tuple[str, forms.BoundField, list[tuple[Heap, forms.BoundField]]]]:
        """Kind, the field for all of it, and each agency with its field."""
        return [
            (
                AgencyKind(kind).label,
                self[f"group_{kind}"],
                [(heap, self[f"agency_{heap.agency.pk}"]) for heap in members],
            )
            for kind, members in groupby(self.heaps, key=lambda heap: heap.agency.kind)
        ]

    @property
    def shares(self) -> dict[Agency, User | None]:
        """Whom each agency goes to, as it was chosen."""
        data = self.cleaned_data
        chosen = {
            heap.agency: data[f"group_{heap.agency.kind}"] or data[f"agency_{heap.agency.pk}"] for heap in self.heaps
        }
        return {agency: self.officers.get(key) for agency, key in chosen.items()}

    def even(self) -> dict[Agency, User | None]:
        """The proposal: what waits, divided evenly among those who were ticked."""
        shares = balanced({heap.agency.pk: heap.waiting for heap in self.heaps}, sorted(self.cleaned_data["among"]))
        return {heap.agency: self.officers[shares[heap.agency.pk]] for heap in self.heaps}

    def loads(self, shares: Mapping[Agency, User | None]) -> list[tuple[str, int, int]]:
        """Officer, how many agencies, how many waiting entries; what is nobody's comes last."""
        rows = []
        for officer in [*self.officers.values(), None]:
            piles = [heap for heap in self.heaps if shares[heap.agency] == officer]
            if piles or officer:
                rows.append((officer.name if officer else "Belum dibagi", len(piles), sum(h.waiting for h in piles)))
        return rows


def filled(heaps: Iterable[Heap], shares: Mapping[Agency, User | None]) -> dict[str, str]:
    """What the form shows for these shares before they are saved."""
    return {f"agency_{heap.agency.pk}": str(owner.pk) if (owner := shares[heap.agency]) else "" for heap in heaps}
