"""App configuration."""

from django.apps import AppConfig


class JudgingConfig(AppConfig):
    name = "judging"
    verbose_name = "Penilaian"
    default_auto_field = "django.db.models.BigAutoField"
