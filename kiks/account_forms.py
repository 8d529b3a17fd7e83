"""Forms of django-allauth in the words of this site."""

from typing import Any

from allauth.account import forms


class LoginForm(forms.LoginForm):
    """The catalogue of the library says "Sandi"; the rest of the site says "kata sandi"."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = "Kata sandi"
        if "remember" in self.fields:
            self.fields["remember"].label = "Ingat saya di perangkat ini"
