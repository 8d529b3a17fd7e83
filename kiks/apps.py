"""App configuration of the ground floor."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class KiksConfig(AppConfig):
    name = "kiks"
    verbose_name = "Dasar"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # SimpleAdminConfig looks for nothing: our site is not Django's default one.
        autodiscover_modules("admin")
