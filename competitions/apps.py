"""App configuration."""

from django.apps import AppConfig


class CompetitionsConfig(AppConfig):
    name = "competitions"
    verbose_name = "Kompetisi"
    default_auto_field = "django.db.models.BigAutoField"
