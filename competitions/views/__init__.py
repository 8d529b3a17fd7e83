"""Public pages of the rulebook and the calendar."""
