"""Forms of accounts: those of django-allauth in the words of this site, and our own."""

from typing import Any

from allauth.account import forms as library
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from kiks.forms import BaseForm, BaseModelForm
from kiks.models import User

LENGTH_ADVICE = "Paling sedikit 10 karakter. Beberapa kata yang tidak berkaitan mudah diingat dan sulit ditebak."
NEW_PASSWORD = {"password1": "Kata sandi baru", "password2": "Ulangi kata sandi baru"}


def _relabel(form: forms.Form, labels: dict[str, str]) -> None:
    """The catalogue of the library says "Sandi"; the rest of the site says "kata sandi"."""
    for name, label in labels.items():
        if name in form.fields:
            form.fields[name].label = label


class LoginForm(library.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self, {"password": "Kata sandi", "remember": "Ingat saya di perangkat ini"})


class ReauthenticateForm(library.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self, {"password": "Kata sandi"})


class ChangePasswordForm(library.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self, {"oldpassword": "Kata sandi saat ini", **NEW_PASSWORD})
        self.fields["password1"].help_text = LENGTH_ADVICE


class ResetPasswordKeyForm(library.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self, NEW_PASSWORD)
        self.fields["password1"].help_text = LENGTH_ADVICE


class AddPasskeyForm(AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self, {"name": "Nama kunci sandi", "passwordless": "Dapat dipakai untuk masuk tanpa kata sandi"})
        self.fields["name"].help_text = "Agar Anda mengenalinya lagi, misalnya “Laptop kantor”."
        self.fields["passwordless"].help_text = "Perangkat Anda lalu meminta sidik jari, wajah, atau PIN setiap kali."


class RenamePasskeyForm(EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self, {"name": "Nama kunci sandi"})


class ProfileForm(BaseModelForm):
    submit_label = "Simpan profil"

    class Meta:
        model = User
        fields = ["name", "phone"]
        help_texts = {"phone": "Panitia memakainya bila ada yang perlu ditanyakan segera."}


class AcceptInvitationForm(BaseForm):
    """The invited person chooses a password; the address stands there for the browser's password store."""

    submit_label = "Simpan kata sandi dan masuk"

    email = forms.EmailField(
        label="Alamat email akun Anda", disabled=True, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label="Kata sandi",
        strip=False,
        help_text=LENGTH_ADVICE,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password_again = forms.CharField(
        label="Ulangi kata sandi", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, initial={"email": person.email}, **kwargs)
        self.person = person

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        validate_password(password, self.person)
        return password

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("password") and data.get("password_again") and data["password"] != data["password_again"]:
            self.add_error(
                "password_again", ValidationError("Kata sandi kedua berbeda. Ketik ulang kata sandi yang sama.")
            )
        return data
