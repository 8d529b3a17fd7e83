"""App configuration."""

from django.apps import AppConfig


class CompetitionsConfig(AppConfig):
    name = "competitions"
    verbose_name = "Edisi dan aturan"
    default_auto_field = "django.db.models.BigAutoField"
