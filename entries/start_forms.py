"""Forms that begin an entry: with an innovation that is recorded, or with a new one."""

from collections.abc import Sequence

from django import forms

from competitions.models import Edition
from entries.actions.start import StatedTwin
from entries.models import Innovation, ServiceUnit, TwinStatement
from entries.start_queries import FoundTwin, StartRow, likely_twins
from kiks.forms import BaseForm

NOT_RECORDED = "Inovasi itu tidak ada pada daftar unit Anda. Pilih dari daftar, atau mulai sebagai inovasi baru."


class KnownInnovationForm(BaseForm):
    """One innovation of the unit; the page holds one such form for each."""

    submit_label = "Mulai usulan"
    show_optional = False
    innovation = forms.IntegerField(widget=forms.HiddenInput)
    carry_over = forms.BooleanField(required=False)

    def __init__(self, *args: object, row: StartRow, **kwargs: object) -> None:
        initial = {"innovation": row.innovation.pk, "carry_over": True}
        super().__init__(*args, **{"auto_id": f"id_{row.innovation.pk}_%s", "initial": initial} | kwargs)
        self.submit_label = f"Mulai usulan {row.innovation.short_name}"
        if row.last is None:
            del self.fields["carry_over"]
            return
        field = self.fields["carry_over"]
        field.label = f"Bawa isi usulan {row.last.edition.name}"
        field.help_text = (
            "Jawaban, tim, dan pilihan yang juga ditanyakan tahun ini. Lampiran tidak dibawa: unggah dokumen yang baru."
        )


class NewInnovationForm(BaseForm):
    """The names of a new innovation; where they resemble recorded ones, the unit says of each what it is."""

    submit_label = "Mulai usulan"
    show_optional = False
    short_name = forms.CharField(
        label="Nama singkat inovasi",
        max_length=80,
        help_text="Misalnya INDUKSI.",
        error_messages={"required": "Isi nama singkat inovasi."},
    )
    expansion = forms.CharField(
        label="Kepanjangan atau penjelasan nama",
        max_length=250,
        required=False,
        help_text="Misalnya Informasi Edukasi Mom’s Masa Kini. Judul yang menjelaskan inovasinya memudahkan penilaian.",
    )

    def __init__(self, *args: object, unit: ServiceUnit, edition: Edition, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit
        self.twins: Sequence[FoundTwin] = ()
        if self.is_bound:
            names = [
                str(self.data.get(name, ""))[: self.fields[name].max_length] for name in ("short_name", "expansion")
            ]
            self.twins = likely_twins(*names, unit, edition)
        for twin in self.twins:
            self.fields[_field_of(twin)] = _question_about(twin)

    def clean(self) -> dict[str, object]:
        data = super().clean()
        for twin in self.twins:
            is_foreign = twin.innovation.unit_id != self.unit.pk
            if is_foreign and data.get(_field_of(twin)) == TwinStatement.SAME:
                self.add_error(
                    _field_of(twin),
                    f"Inovasi ini tercatat pada {twin.innovation.unit.full_name}. Hubungi panitia agar dipindahkan"
                    " ke unit Anda sebelum diusulkan, atau pilih “Inovasi yang berbeda” bila memang lain.",
                )
        return data

    @property
    def same(self) -> Innovation | None:
        """The unit's own innovation that the new one turned out to be."""
        return next((twin.earlier for twin in self.stated if twin.stated == TwinStatement.SAME), None)

    @property
    def stated(self) -> list[StatedTwin]:
        return [
            StatedTwin(twin.innovation, twin.score, TwinStatement(self.cleaned_data[_field_of(twin)]))
            for twin in self.twins
        ]


def _field_of(twin: FoundTwin) -> str:
    return f"twin_{twin.innovation.pk}"


def _question_about(twin: FoundTwin) -> forms.ChoiceField:
    years = ", ".join(map(str, twin.years)) or "belum pernah ikut serta"
    label = f"Mirip dengan {twin.innovation} ({twin.innovation.unit.full_name}, {years})"
    return forms.ChoiceField(
        label=label,
        choices=TwinStatement.choices,
        widget=forms.RadioSelect,
        help_text="Satu inovasi dengan dua nama tetap satu inovasi. Keterangan Anda dibaca panitia saat seleksi.",
        error_messages={"required": f"Nyatakan apakah ini inovasi yang sama dengan {twin.innovation.short_name}."},
    )
