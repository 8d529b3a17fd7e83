"""How django-allauth behaves here: accounts come by registration of a unit or by invitation, mail by the outbox."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """No sign-up page."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
