"""The made-up edition: what it consists of and how it is played."""
