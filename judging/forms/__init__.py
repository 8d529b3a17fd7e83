"""Forms of the judging pages, by workplace."""
