"""The audit trail told to people: who, what, which thing, before and after."""
