"""Changes of official state in judging."""
