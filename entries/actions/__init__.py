"""Every change of units and entries."""
