"""Rows that stand for a person with an account: found by address, never renamed by a file."""

from collections.abc import Mapping
from typing import Any

from kiks.models import User
from kiks.sheets.codes import quiet_text
from kiks.sheets.columns import Column
from kiks.sheets.resources import SheetResource

EMAIL = "Surel"


class PersonResource(SheetResource):
    """For a model with a `user` that belongs to something else, such as a unit: the two together are the key.

    `belongs` names the column of the other thing, by attribute; `since` the field that says when the row began.
    """

    belongs: str
    since: str

    def prepare(self) -> None:
        self._owner = next(column for column in self.columns if column.attribute == self.belongs)
        self._people = {user.email: user for user in User.objects.all()}
        # Of several rows of one person in one place the last counts.
        self._known = {self.key_of(row): row for row in self.known().order_by(self.since)}

    def identify(self, row: Mapping[str, object]) -> Any:
        self._email = quiet_text(row.get(EMAIL)).lower()
        try:
            owner = self._owner.widget.clean(row.get(self._owner.heading), row)
        except ValueError:
            return None
        return self._known.get((owner.pk, self._email)) if owner else None

    def init_instance(self, row: Mapping[str, object] | None = None) -> Any:
        return self._meta.model(user=self._people.get(self._email) or User(email=self._email))

    def _take(self, column: Column, instance: Any, row: dict[str, Any]) -> str:
        if column.attribute == "user__name" and instance.user.pk:
            return ""
        return super()._take(column, instance, row)

    def key_of(self, instance: Any) -> tuple[int, str]:
        return getattr(instance, f"{self.belongs}_id"), instance.user.email
