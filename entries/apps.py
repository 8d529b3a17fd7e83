"""App configuration."""

from django.apps import AppConfig


class EntriesConfig(AppConfig):
    name = "entries"
    verbose_name = "Unit dan usulan"
    default_auto_field = "django.db.models.BigAutoField"
