"""Forms of a unit: its registration, its correction, and the people who act for it."""

from collections.abc import Iterable
from typing import Any

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy

from competitions.queries import running_editions
from entries.contact import nip_of, phone_of
from entries.forms import PdfField
from entries.models import Agency, ServiceUnit, Village
from entries.models.unit import UnitKind
from entries.states import UnitStatus
from entries.unit_queries import known_units, lookalikes, same_named_unit
from kiks.forms import BaseForm
from kiks.models import User

DIFFERENT = "different"
HOW_TO_JOIN = (
    "Minta salah seorang anggota unit itu menambahkan Anda melalui halaman “Anggota unit”, atau hubungi panitia bila"
    " tidak ada lagi yang dapat dihubungi."
)
WHICH_TWIN = "Nama ini mirip dengan unit yang sudah dikenal. Pilih salah satu, atau nyatakan unit Anda berbeda."
NOT_IN_LIST = "Unit saya tidak ada dalam daftar"


def taken_sentence(unit: ServiceUnit) -> str:
    """How somebody joins a unit that is registered; who is in it stays with the unit."""
    return f"“{unit.full_name}” sudah terdaftar, sehingga tidak perlu didaftarkan lagi. {HOW_TO_JOIN}"


class NipField(forms.CharField):
    """The number of a civil servant; others have none."""

    def __init__(self, **kwargs: Any) -> None:
        standard: dict[str, Any] = {
            "label": "NIP, bila ada",
            "required": False,
            "max_length": 30,
            "help_text": "18 angka. Kosongkan bila bukan ASN. NIK tidak diminta.",
            "widget": forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        }
        super().__init__(**standard | kwargs)

    def clean(self, value: str) -> str:
        try:
            return nip_of(super().clean(value))
        except ValueError as error:
            raise ValidationError(str(error)) from error


class PhoneField(forms.CharField):
    """One telephone number, in one spelling."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 40, "widget": forms.TextInput(attrs={"type": "tel"})} | kwargs)

    def clean(self, value: str) -> str:
        text = super().clean(value)
        try:
            return phone_of(text) if text else ""
        except ValueError as error:
            raise ValidationError(str(error)) from error


class UnitField(forms.ModelChoiceField):
    """Units under the agency to which they belong."""

    def label_from_instance(self, unit: ServiceUnit) -> str:
        return unit.full_name


class KnownUnitField(UnitField):
    """Units that can be registered; one that is registered already is refused with the way to join it."""

    def to_python(self, value: object) -> ServiceUnit | None:
        try:
            return super().to_python(value)
        except ValidationError:
            taken = ServiceUnit.objects.select_related("agency").filter(pk=value if str(value).isdecimal() else None)
            if unit := taken.exclude(status=UnitStatus.MERGED).first():
                raise ValidationError(taken_sentence(unit)) from None
            raise


class ContactForm(BaseForm):
    """How the unit is reached, and the letter that names its contact person."""

    submit_label = "Kirim ulang pendaftaran"
    email = forms.EmailField(label="Email kantor", max_length=254)
    phone = PhoneField(label="Telepon kantor", help_text="Nomor kantor atau nomor kerja, misalnya 0266 221234.")
    letter = PdfField(
        label="Surat penunjukan narahubung (PDF)",
        help_text="Surat tugas atau surat penunjukan dari pimpinan unit.",
    )

    def tell_what_is_lost(self) -> None:
        """A browser keeps no chosen file and we give no password back: say so where it must be done again."""
        if "letter" in self.files and "letter" not in self.errors:
            self.add_error("letter", "Pilih lagi berkas suratnya. Berkas tidak tersimpan selama isian lain diperbaiki.")
        if self.data.get("password") and "password" in self.fields and "password" not in self.errors:
            self.add_error("password", "Ketik lagi kata sandi Anda. Isian lain masih tersimpan.")


class CorrectUnitForm(ContactForm):
    """The letter that is already there stays unless a new one comes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["letter"].required = False


class RegistrationForm(ContactForm):
    """A unit out of the list, or a new one; and the person who speaks for it."""

    submit_label = "Daftarkan unit"
    show_optional = False  # half of the fields count only for a unit that is not in the list
    unit = KnownUnitField(
        label="Unit Anda",
        queryset=ServiceUnit.objects.none(),
        required=False,
        empty_label=NOT_IN_LIST,
        help_text="Bila unit Anda belum tercatat, isi bagian “Unit yang belum ada dalam daftar”.",
        widget=forms.Select(
            attrs={
                "data-unit-search": reverse_lazy("entries:unit_names"),
                "data-placeholder": "Ketik nama unit, misalnya Jaya Mekar",
                "data-search-help": "Ketik nama unit, lalu pilih dari daftar yang muncul. Ejaan lain juga dikenali.",
                "data-list-label": "Nama yang cocok",
                "data-none": NOT_IN_LIST,
                "data-taken": "sudah terdaftar",
                "data-join": HOW_TO_JOIN,
                "data-fault": "Daftar unit tidak dapat dimuat. Periksa sambungan internet, lalu ketik lagi.",
            }
        ),
    )
    agency = forms.ModelChoiceField(
        label="Perangkat daerah", queryset=Agency.objects.all(), required=False, empty_label="Pilih perangkat daerah"
    )
    kind = forms.ChoiceField(label="Jenis unit", choices=[("", "Pilih jenis unit"), *UnitKind.choices], required=False)
    name = forms.CharField(
        label="Nama unit", max_length=160, required=False, help_text="Tulis lengkap, misalnya Puskesmas Tipar."
    )
    village = forms.ModelChoiceField(
        label="Kelurahan tempat unit berada, bila ada",
        queryset=Village.objects.all(),
        required=False,
        empty_label="Tidak ada",
    )
    person_name = forms.CharField(
        label="Nama narahubung", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    job_title = forms.CharField(label="Jabatan", max_length=120)
    employee_number = NipField()
    account_email = forms.EmailField(
        label="Email untuk masuk",
        max_length=254,
        help_text="Boleh sama dengan email kantor. Pemberitahuan dari panitia juga dikirim ke alamat ini.",
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label="Kata sandi",
        strip=False,
        help_text="Paling sedikit 10 karakter. Beberapa kata yang tidak berkaitan mudah diingat dan sulit ditebak.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password_again = forms.CharField(
        label="Ulangi kata sandi", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = known_units()
        # What was typed without choosing comes back, for whoever types instead of opening the list.
        self.fields["unit"].widget.attrs["data-typed"] = self.data.get("typed_unit", "")[:160]
        self.similar = self._similar_units()
        if self.similar:
            self.fields["twin"] = twin_field(self.similar)
        new_unit = ["agency", "kind", "name", *(["twin"] if self.similar else []), "village"]
        self.helper.layout = Layout(
            Fieldset("Unit", "unit"),
            Fieldset("Unit yang belum ada dalam daftar", *new_unit, data_new_unit=""),
            Fieldset("Kantor", "email", "phone"),
            Fieldset("Narahubung", *self._person_fields(user), "letter"),
        )

    def _similar_units(self) -> list[ServiceUnit]:
        if not self.is_bound or self.data.get("unit"):
            return []
        return lookalikes(self.data.get("name", "")[:160])

    def _person_fields(self, user: User) -> list[str]:
        account = ["account_email", "password", "password_again"]
        if not user.is_authenticated:
            return ["person_name", "job_title", "employee_number", *account]
        for name in ("person_name", *account):
            del self.fields[name]
        return ["job_title", "employee_number"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data["is_different"] = data.get("twin") == DIFFERENT
        if data.get("unit") is None and "unit" not in self.errors:
            self._clean_new_unit(data)
        if "password" in self.fields:
            self._clean_password(data)
        return data

    def _clean_new_unit(self, data: dict[str, Any]) -> None:
        if not any(self.data.get(field) for field in ("agency", "kind", "name")):
            self.add_error("unit", "Pilih unit Anda, atau isi data unit yang belum ada dalam daftar.")
            return
        chosen = next((unit for unit in self.similar if str(unit.pk) == data.get("twin")), None)
        if chosen and chosen.status == UnitStatus.KNOWN:
            data["unit"] = chosen
            return
        for field, sentence in (
            ("agency", "Pilih perangkat daerah, atau pilih unit dari daftar."),
            ("kind", "Pilih jenis unit."),
            ("name", "Isi nama unit."),
        ):
            if not data.get(field) and field not in self.errors:
                self.add_error(field, sentence)
        same = same_named_unit(data["agency"], data["name"]) if data.get("agency") and data.get("name") else None
        if same:
            self.add_error("name", _twin_sentence(same))
        elif self.similar and not data["is_different"]:
            self.add_error("twin", taken_sentence(chosen) if chosen else WHICH_TWIN)

    def _clean_password(self, data: dict[str, Any]) -> None:
        password = data.get("password")
        if not password:
            return
        # Judged by what was typed, never by an account that may exist.
        typed = User(email=data.get("account_email", ""), name=data.get("person_name", ""))
        try:
            validate_password(password, typed)
        except ValidationError as error:
            self.add_error("password", error)
        if data.get("password_again") and data["password_again"] != password:
            self.add_error("password_again", "Kata sandi kedua berbeda. Ketik ulang kata sandi yang sama.")


def twin_field(units: Iterable[ServiceUnit]) -> forms.ChoiceField:
    """The units that the typed name may mean, and the statement that it is none of them."""
    choices = [
        (str(unit.pk), unit.full_name if unit.status == UnitStatus.KNOWN else f"{unit.full_name} (sudah terdaftar)")
        for unit in units
    ]
    return forms.ChoiceField(
        label="Mungkin yang Anda maksud salah satu unit ini",
        choices=[*choices, (DIFFERENT, "Bukan. Unit saya berbeda dari semua unit di atas")],
        required=False,
        widget=forms.RadioSelect,
    )


def _twin_sentence(twin: ServiceUnit) -> str:
    if twin.status == UnitStatus.KNOWN:
        return f"“{twin.name}” sudah ada dalam daftar. Pilih unit itu dari daftar di atas."
    return taken_sentence(twin)


class MemberForm(BaseForm):
    """A person who is to act for the unit."""

    submit_label = "Tambahkan anggota"
    name = forms.CharField(label="Nama", max_length=120)
    email = forms.EmailField(
        label="Email",
        max_length=254,
        help_text="Petunjuk untuk masuk dikirim ke alamat ini. Satu alamat untuk satu orang.",
    )
    job_title = forms.CharField(label="Jabatan", max_length=120)
    employee_number = NipField()


class SuccessorForm(MemberForm):
    """The person who takes over; the one who hands over leaves in the same act."""

    submit_label = "Serahkan dan akhiri keanggotaan"


class EndMemberForm(BaseForm):
    """No field: the button is the decision."""

    submit_label = "Akhiri keanggotaan"
    submit_tone = "danger"


class EditionFilterForm(BaseForm):
    """Which edition the numbers are about."""

    submit_label = ""
    show_optional = False
    edition = forms.ModelChoiceField(
        label="Edisi", queryset=running_editions(), required=False, empty_label="Edisi sekarang", to_field_name="code"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.form_tag = False
        self.helper.disable_csrf = True


def _reason_field(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Misalnya nomor dan tanggal peraturannya. Dikirim kepada anggota unit.",
    )


class RenameForm(BaseForm):
    """The new name, and what it rests on."""

    submit_label = "Ganti nama"
    name = forms.CharField(label="Nama baru", max_length=160)
    reason = _reason_field("Dasar perubahan")


class SuccessorChoiceForm(BaseForm):
    """The unit in which another one is to go on."""

    submit_label = "Lihat yang berpindah"
    show_optional = False
    into = UnitField(
        label="Digabung ke", queryset=ServiceUnit.objects.none(), empty_label="Pilih unit penerus", to_field_name="pk"
    )

    def __init__(self, *args: Any, unit: ServiceUnit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = ServiceUnit.objects.exclude(status=UnitStatus.MERGED).exclude(pk=unit.pk)
        self.fields["into"].queryset = others.select_related("agency").order_by("name")
        self.helper.form_method = "get"
        self.helper.disable_csrf = True


class MergeForm(BaseForm):
    """Why the unit goes on in another."""

    submit_label = "Gabungkan unit"
    submit_tone = "danger"
    reason = _reason_field("Dasar penggabungan")
