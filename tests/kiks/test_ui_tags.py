"""The template tags of the common look, and what templates may and may not contain."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import engines

TEMPLATES = Path(settings.BASE_DIR) / "templates"
SPRITE = Path(settings.BASE_DIR) / "static" / "img" / "icons.svg"
ICON_NAMES = re.compile(r"{% icon \"([\w-]+)\"|icon(?:_name)?=\"([\w-]+)\"")
NOW = datetime(2026, 11, 25, 2, 15, tzinfo=UTC)


def draw(source, **context):
    return engines["django"].from_string(source).render(context)


def test_icon_without_label_is_decoration():
    html = draw('{% icon "check-lg" %}')
    assert html == (
        '<svg class="icon" width="16" height="16" aria-hidden="true">'
        '<use href="/static/img/icons.svg#check-lg"></use></svg>'
    )


def test_icon_with_label_says_it_and_escapes_it():
    html = draw('{% icon "check-lg" label=word %}', word='selesai "1"')
    assert 'role="img" aria-label="selesai &quot;1&quot;"' in html
    assert "aria-hidden" not in html


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ day|indonesian_date }}", "Selasa, 28 Maret 2023"),
        ("{{ day|day_month_year }}", "28 Maret 2023"),
        ("{{ moment|indonesian_datetime }}", "Rabu, 25 November 2026 pukul 09.15 WIB"),
        ("{{ moment|indonesian_time }}", "09.15 WIB"),
        ("{{ day|date_until:moment }}", "28 Maret 2023 – 25 November 2026"),
        ("{{ mark|score }}", "87,42"),
        ("{{ count|thousands }}", "1.234"),
        ("{{ count|file_size }}", "1 KB"),
        ("{{ left|duration }}", "30 menit"),
        ("{% remaining later moment %}", "12 hari 4 jam"),
    ],
)
def test_filters_write_as_the_formats_do(source, text):
    context = {
        "day": date(2023, 3, 28),
        "moment": NOW,
        "later": NOW + timedelta(days=12, hours=4),
        "mark": Decimal("87.42"),
        "count": 1234,
        "left": timedelta(minutes=30),
    }
    assert draw(source, **context) == text


@pytest.mark.parametrize(
    "filter_name",
    ["indonesian_date", "indonesian_datetime", "indonesian_time", "day_month_year", "score", "thousands", "file_size"],
)
def test_nothing_is_written_as_a_dash(filter_name):
    assert draw(f"{{{{ nothing|{filter_name} }}}}", nothing=None) == "–"


class StoryForm(forms.Form):
    story = forms.CharField(widget=forms.Textarea(attrs={"data-word-limit": 1200}))
    level = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)


def test_word_limit_is_never_localised():
    assert draw("{{ form.story|word_limit }}{{ form.level|word_limit }}", form=StoryForm()) == "1200"


def test_focus_goes_to_the_first_choice_of_a_group():
    assert draw("{{ form.story|focus_id }} {{ form.level|focus_id }}", form=StoryForm()) == "id_story id_level_0"


def templates():
    return sorted(TEMPLATES.rglob("*.html"))


def test_every_icon_named_by_a_template_is_in_the_sprite():
    known = set(re.findall(r'<symbol id="([\w-]+)"', SPRITE.read_text()))
    used = {one or two for path in templates() for one, two in ICON_NAMES.findall(path.read_text())}
    assert "check-lg" in used
    assert used - known == set()


INLINE = re.compile(r"\sstyle=\"|\son[a-z]+=\"|<style|<script(?![^>]*(?:src=|application/json))")


def test_no_template_has_what_the_content_security_policy_blocks():
    assert [str(path) for path in templates() if INLINE.search(path.read_text())] == []


def test_dark_scheme_names_the_same_colours_as_the_light_one():
    css = (Path(settings.BASE_DIR) / "static" / "css" / "tokens.css").read_text()
    light, dark = css.split("@media screen and (prefers-color-scheme: dark)")
    colours = {name for name, value in re.findall(r"(--[\w-]+): ([^;]+);", light) if value.startswith(("#", "rgb"))}
    twins = set(re.findall(r"(--[\w-]+):", dark.split("@media")[0]))
    assert colours
    assert colours - twins == set()
