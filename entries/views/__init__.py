"""Pages of units and entries."""
