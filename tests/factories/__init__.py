"""Builders of test data; states are reached through the real actions only."""
