"""App configuration of the ground floor."""

from django.apps import AppConfig
from django.db.models import fields
from django.utils.module_loading import autodiscover_modules


class KiksConfig(AppConfig):
    name = "kiks"
    verbose_name = "Orang dan surel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Django has no Indonesian words for this one, and says that it is set here.
        fields.BLANK_CHOICE_LABEL = "Pilih"
        # SimpleAdminConfig looks for nothing: our site is not Django's default one.
        autodiscover_modules("admin")
