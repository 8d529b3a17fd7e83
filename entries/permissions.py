"""Who may do what with units and entries."""

from kiks.models import User
from kiks.navigation import RoleLink


def role_links(user: User) -> list[RoleLink]:
    return []
