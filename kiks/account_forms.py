"""Forms of accounts: those of django-allauth in the words of this site, and our own."""

from typing import Any

from allauth.account import forms as library
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from kiks.forms import BaseForm
from kiks.models import User


class LoginForm(library.LoginForm):
    """The catalogue of the library says "Sandi"; the rest of the site says "kata sandi"."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = "Kata sandi"
        if "remember" in self.fields:
            self.fields["remember"].label = "Ingat saya di perangkat ini"


class AcceptInvitationForm(BaseForm):
    """The invited person chooses a password; the address stands there for the browser's password store."""

    submit_label = "Simpan kata sandi dan masuk"

    email = forms.EmailField(
        label="Alamat email akun Anda", disabled=True, widget=forms.EmailInput(attrs={"autocomplete": "username"})
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
