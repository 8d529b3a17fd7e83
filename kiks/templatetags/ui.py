"""Template tags of the common look: icons, dates, scores and what form templates need to know about a field."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kiks import formats
from kiks import whatsapp as whatsapp_links

register = template.Library()

NOTHING = "–"

# A tag and not an included template, because a matrix of judges and entries draws hundreds of icons.
ICON = '<svg class="icon" width="16" height="16" {}><use href="{}#{}"></use></svg>'


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon of `static/img/icons.svg`; without a label it is decoration and hidden from screen readers."""
    meaning = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(ICON, meaning, static("img/icons.svg"), name)


@register.simple_tag
def whatsapp_link(phone: str, text: str = "") -> str:
    return whatsapp_links.link(phone or "", text)


@register.inclusion_tag("components/whatsapp.html")
def whatsapp(phone: str | None, text: str = "", *values: object, to: object = "") -> dict[str, object]:
    """Draw the link to a chat: `{% whatsapp user.phone "Yth. {}, ..." user.name to=user.name %}`.

    `text` stands in the template; each {} of it takes one of `values`.
    """
    return {"url": whatsapp_links.link(phone or "", text.format(*values)), "to": to}


@register.simple_tag
def remaining(until: datetime, now: datetime) -> str:
    return formats.remaining(until - now)


@register.filter
def duration(value: timedelta) -> str:
    return formats.remaining(value)


@register.filter
def indonesian_date(value: date | datetime | None) -> str:
    return formats.indonesian_date(value) if value else NOTHING


@register.filter
def indonesian_datetime(value: datetime | None) -> str:
    return formats.indonesian_datetime(value) if value else NOTHING


@register.filter
def indonesian_time(value: datetime | None) -> str:
    return formats.indonesian_time(value) if value else NOTHING


@register.filter
def day_month_year(value: date | datetime | None) -> str:
    return formats.day_month_year(value) if value else NOTHING


@register.filter
def date_until(first: date | datetime, last: date | datetime) -> str:
    """Write a range of days: `{{ stage.opens_at|date_until:stage.closes_at }}`."""
    return formats.date_range(first, last)


@register.filter
def score(value: Decimal | int | str | None) -> str:
    return NOTHING if value is None or value == "" else formats.score(value)


@register.filter
def thousands(value: int | None) -> str:
    return NOTHING if value is None else formats.thousands(value)


@register.filter
def file_size(value: int | None) -> str:
    return NOTHING if value is None else formats.file_size(value)


@register.filter
def word_limit(field: BoundField) -> str:
    """Give the limit a widget carries as `data-word-limit`, which a template cannot spell."""
    return str(field.field.widget.attrs.get("data-word-limit", ""))


@register.filter
def focus_id(field: BoundField) -> str:
    """Give the id of the element that takes the focus: a group of radios has none of its own, its first choice has."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def in_words(value: int) -> str:
    return formats.in_words(value)
