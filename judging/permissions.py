"""Who may do what in judging."""

from kiks.models import User
from kiks.navigation import RoleLink


def role_links(user: User) -> list[RoleLink]:
    return []


def is_judge(user: User) -> bool:
    return user.is_authenticated and user.judgeships.exists()
