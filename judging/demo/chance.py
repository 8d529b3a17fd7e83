"""Chance that falls the same way on every machine: one generator per thing that is drawn."""

import random


def chance(*parts: object) -> random.Random:
    """A generator that depends on its parts only, so that drawing one thing never shifts another."""
    return random.Random("|".join(str(part) for part in parts))  # noqa: S311 - made-up data, not secrets
