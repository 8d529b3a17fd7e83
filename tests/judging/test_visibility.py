"""Who sees what of a round: every phase x viewer x item, spelt out."""

from itertools import product

import pytest

from judging.visibility import TABLE, Item, Phase, Viewer, may_see

# Columns: independent, settling, closed, published.
EXPECTED = {
    (Viewer.JUDGE, Item.OWN_SHEET): "yes yes yes yes",
    (Viewer.JUDGE, Item.OTHER_SHEET): "no no no yes",
    (Viewer.JUDGE, Item.PROGRESS): "no no no yes",
    (Viewer.JUDGE, Item.LOCKED_DIGEST): "no yes yes yes",
    (Viewer.JUDGE, Item.RANKING): "no no no yes",
    (Viewer.JUDGE, Item.TIED_GROUPS): "no yes yes yes",
    (Viewer.JUDGE, Item.RECORD): "no no yes yes",
    (Viewer.JUDGE, Item.BUNDLE): "no no no yes",
    (Viewer.COMMITTEE, Item.OWN_SHEET): "no no no yes",
    (Viewer.COMMITTEE, Item.OTHER_SHEET): "no yes yes yes",
    (Viewer.COMMITTEE, Item.PROGRESS): "yes yes yes yes",
    (Viewer.COMMITTEE, Item.LOCKED_DIGEST): "no yes yes yes",
    (Viewer.COMMITTEE, Item.RANKING): "no yes yes yes",
    (Viewer.COMMITTEE, Item.TIED_GROUPS): "no yes yes yes",
    (Viewer.COMMITTEE, Item.RECORD): "no no yes yes",
    (Viewer.COMMITTEE, Item.BUNDLE): "no no yes yes",
    (Viewer.UNIT, Item.OWN_SHEET): "no no no yes",
    (Viewer.UNIT, Item.OTHER_SHEET): "no no no yes",
    (Viewer.UNIT, Item.PROGRESS): "no no no yes",
    (Viewer.UNIT, Item.LOCKED_DIGEST): "no yes yes yes",
    (Viewer.UNIT, Item.RANKING): "no no no yes",
    (Viewer.UNIT, Item.TIED_GROUPS): "no no no yes",
    (Viewer.UNIT, Item.RECORD): "no no no yes",
    (Viewer.UNIT, Item.BUNDLE): "no no no yes",
    (Viewer.PUBLIC, Item.OWN_SHEET): "no no no yes",
    (Viewer.PUBLIC, Item.OTHER_SHEET): "no no no yes",
    (Viewer.PUBLIC, Item.PROGRESS): "no no no yes",
    (Viewer.PUBLIC, Item.LOCKED_DIGEST): "no yes yes yes",
    (Viewer.PUBLIC, Item.RANKING): "no no no yes",
    (Viewer.PUBLIC, Item.TIED_GROUPS): "no no no yes",
    (Viewer.PUBLIC, Item.RECORD): "no no no yes",
    (Viewer.PUBLIC, Item.BUNDLE): "no no no yes",
}


def test_the_table_is_complete():
    assert list(EXPECTED) == list(product(Viewer, Item))
    assert list(TABLE) == list(Viewer)
    assert all(list(row) == list(Phase) for row in TABLE.values())


@pytest.mark.parametrize(("viewer", "item"), EXPECTED)
def test_what_a_viewer_sees_in_each_phase(viewer, item):
    seen = " ".join("yes" if may_see(phase, viewer, item) else "no" for phase in Phase)
    assert seen == EXPECTED[viewer, item]


@pytest.mark.parametrize("viewer", Viewer)
def test_what_was_seen_is_not_taken_back(viewer):
    rows = [TABLE[viewer][phase] for phase in Phase]
    assert all(earlier <= later for earlier, later in zip(rows, rows[1:], strict=False))
