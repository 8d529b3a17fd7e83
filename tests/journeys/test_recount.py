"""The rules four times: the app, its SQL, the one-file verifier, and JavaScript in a real browser say the same."""

import json

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from judging.scoring import rank_text
from judging.scoring.bundle import BundleError
from judging.second_count import rank_in_sql
from tests.judging.scoring.test_verifier import (
    SAMPLES,
    WRONG,
    chances,
    mutated,
    outcome,
    places,
    plains,
    ranked,
    settled,
    verifier,
)

pytestmark = [pytest.mark.browser, pytest.mark.long]

EDITIONS = 500
often = settings(
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=EDITIONS,
)
RANK_ALL = """async texts => {
    const { BrokenRule, rank, readJson } = await import("/static/js/recount.js");
    return texts.map(text => {
        try {
            return rank(readJson(text));
        } catch (error) {
            if (error instanceof BrokenRule) return null;
            return `${error}`;
        }
    });
}"""


def in_browser(visitors, texts):
    """What the page's own module makes of every bundle: its result, or None for a refusal."""
    page = visitors.stranger()
    page.goto("/hasil/")
    return page.evaluate(RANK_ALL, texts)


def drawn_editions():
    """Random bundles, each as drawn and with some of its ties settled."""
    found = []

    @given(plains, chances)
    @often
    def draw(plain, chance):
        found.append(plain)
        # Hypothesis likes to choose nothing; here every other bundle with ties has some of them settled.
        found.append(settled(plain, chance, least=1))

    draw()
    return found


def drawn_broken_ones():
    found = []

    @given(st.sampled_from(SAMPLES), st.data())
    @often
    def draw(plain, data):
        path = data.draw(st.sampled_from([path for path in places(plain) if path]))
        change = data.draw(st.sampled_from(["remove", "double", "stranger", "replace"]))
        found.append(mutated(plain, path, change, data.draw(st.sampled_from(WRONG))))

    draw()
    return found


def test_four_implementations_agree_on_random_editions(visitors):
    editions = drawn_editions()
    texts = [json.dumps(plain) for plain in editions]
    counted = [rank_text(text) for text in texts]
    assert len(texts) >= 2 * EDITIONS
    assert sum(bool(result["open_ties"]) for result in counted) > 50
    assert sum(bool(plain["settled_ties"]) for plain in editions) > 50
    assert sum(any(not sheet["counted"] for sheet in plain.get("sheets", [])) for plain in editions) > 50
    assert [rank_in_sql(text) for text in texts] == counted
    assert [ranked(plain) for plain in editions] == counted
    assert in_browser(visitors, texts) == counted


def test_a_broken_bundle_is_refused_by_all_who_read_bundles(visitors):
    broken = drawn_broken_ones()
    texts = [json.dumps(plain) for plain in broken]
    counted = [outcome(rank_text, text, BundleError) for text in texts]
    assert sum(result is None for result in counted) > 200
    assert [outcome(ranked, plain, verifier.BrokenRuleError) for plain in broken] == counted
    assert in_browser(visitors, texts) == counted
