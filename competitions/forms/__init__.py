"""Forms of the committee about the rulebook and the calendar."""
