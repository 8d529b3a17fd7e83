"""App configuration of the ground floor."""

from django.apps import AppConfig


class KiksConfig(AppConfig):
    name = "kiks"
    verbose_name = "Dasar"
    default_auto_field = "django.db.models.BigAutoField"
