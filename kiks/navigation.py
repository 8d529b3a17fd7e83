"""Links that a role adds to the header."""

from typing import NamedTuple


class RoleLink(NamedTuple):
    """URL name without arguments, and the word that the user reads."""

    url_name: str
    label: str
