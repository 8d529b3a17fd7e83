"""What takes a while: an import, many submissions, a ranking, a long table."""

import json
import statistics
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import ROUND_HALF_UP, Decimal

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from tablib import Dataset

from competitions.models import StageKind
from entries.actions.submission import submit_entry
from entries.models import Agency, Entry, ServiceUnit
from entries.resources import ServiceUnitResource
from judging.scoring import rank_text
from kiks import audit
from kiks.models import User
from kiks.texts import to_json
from tests.bench.measuring import Row, at_once, compared, percentile, timed
from tests.factories.editions import make_edition
from tests.factories.entries import make_agency
from tests.factories.people import client_of
from tests.factories.rush import author_of, drafts_in_bulk
from tests.factories.spreadsheets import unit_rows

UNITS = 5_000
SUBMITTERS, SUBMISSIONS = 8, 15
ENTRIES, JUDGES = 150, 9
SHORT, LONG = 20, 200


def importing(by: User) -> Iterator[Row]:
    """5,000 units past reading the file: checked, compared with what is there, and written."""
    agency = make_agency()
    rows = unit_rows(UNITS, agency.code)

    def bulk_create() -> None:
        with undone(), audit.act(by):
            ServiceUnit.objects.bulk_create(made_up_units(agency), batch_size=1000)

    def imported() -> None:
        dataset = Dataset(*rows[1:], headers=rows[0])
        with undone(), audit.act(by):
            result = ServiceUnitResource(by=by).import_data(dataset, dry_run=False, use_transactions=True)
            if result.totals["new"] != UNITS:
                raise RuntimeError(f"The import did not take: {dict(result.totals)}")

    yield compared("import of 5,000 units, checked", "bulk_create, unchecked", bulk_create, imported, 2.5)


@contextmanager
def undone() -> Iterator[None]:
    """A transaction of which nothing stays."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def made_up_units(agency: Agency) -> Iterator[ServiceUnit]:
    return (
        ServiceUnit(code=f"bench-{place}", name=f"UPTD Bench {place}", kind="uptd", agency=agency)
        for place in range(UNITS)
    )


def submitting() -> Iterator[Row]:
    """Eight people send at once: the numbering lets one through after the other."""
    edition = make_edition(StageKind.SUBMISSION)
    drafts = drafts_in_bulk(edition, (SUBMITTERS + 1) * SUBMISSIONS)
    authors = {draft.pk: author_of(draft) for draft in drafts}
    alone = [timed(lambda draft=draft: submit(draft, authors[draft.pk])) for draft in drafts[:SUBMISSIONS]]
    piles = [iter(drafts[place * SUBMISSIONS :][:SUBMISSIONS]) for place in range(1, SUBMITTERS + 1)]
    found: list[float] = []
    whole = timed(lambda: found.extend(at_once([lambda pile=pile: sent(pile, authors) for pile in piles], SUBMISSIONS)))
    per_second = SUBMITTERS * SUBMISSIONS / whole * 1000
    low, each, last = statistics.fmean(alone), whole / len(found), percentile(found, 0.99)
    note = f"{per_second:.0f} per second, p99 {last:.0f} ms"
    yield Row("submission, 8 at once, share of each", "one alone", low, each, each / low, 2, note)


def submit(draft: Entry, by: User) -> None:
    submit_entry(draft, by=by, statement=True)


def sent(pile: Iterator[Entry], authors: dict[int, User]) -> None:
    try:
        draft = next(pile)
        submit(draft, authors[draft.pk])
    finally:
        connection.close()


def ranking() -> Iterator[Row]:
    """150 entries by nine judges with two instruments, against the same arithmetic as a plain loop."""
    plain = {
        "format": "kiks-round/1",
        "edition": "bench",
        "round": "desk",
        "category": None,
        "decimals": 2,
        "cutoff": 15,
        "tie_breakers": ["kipp.dampak"],
        "instruments": [
            instrument("kipp", "60", {"ide": "45", "dampak": "55"}),
            instrument("kijb", "40", {"baru": "100"}),
        ],
        "entries": [{"number": f"{number:03d}", "title": f"Inovasi {number}"} for number in range(1, ENTRIES + 1)],
        "settled_ties": [],
    }
    plain["sheets"] = [
        {
            "judge": f"J{judge}",
            "entry": entry["number"],
            "instrument": each["code"],
            "counted": True,
            "marks": {
                criterion["code"]: str((int(entry["number"]) * 7919 + judge * 104729 + place * 31) % 101)
                for place, criterion in enumerate(each["criteria"])
            },
            "receipt": "9f86d0",
        }
        for entry in plain["entries"]
        for judge in range(1, JUDGES + 1)
        for each in plain["instruments"]
    ]
    text = to_json(plain)
    if [placing["score"] for placing in rank_text(text)["placings"]] != [
        f"{score:.2f}" for score, _ in plain_loop(text)
    ]:
        raise RuntimeError("The two rankings differ.")
    ours, loop = (lambda: rank_text(text)), (lambda: plain_loop(text))
    yield compared(f"ranking of {ENTRIES} × {JUDGES}, checked, with ties", "a plain loop of decimals", loop, ours, 4)


def plain_loop(text: str) -> list[tuple[Decimal, str]]:
    """The same blend as somebody would write it down in an afternoon: no check, no tie-breaker, no parts."""
    plain = json.loads(text)
    weights = {
        each["code"]: {item["code"]: Decimal(item["weight"]) / Decimal(item["max"]) for item in each["criteria"]}
        for each in plain["instruments"]
    }
    scores = defaultdict(lambda: defaultdict(list))
    for sheet in plain["sheets"]:
        if sheet["counted"]:
            weight = weights[sheet["instrument"]]
            score = sum(weight[code] * Decimal(mark) for code, mark in sheet["marks"].items())
            scores[sheet["entry"]][sheet["instrument"]].append(score)
    shares = {each["code"]: Decimal(each["share"]) / 100 for each in plain["instruments"]}
    blended = {
        entry: sum(shares[code] * sum(found) / len(found) for code, found in of_entry.items())
        for entry, of_entry in scores.items()
    }
    rounded = ((score.quantize(Decimal("0.01"), ROUND_HALF_UP), entry) for entry, score in blended.items())
    return sorted(rounded, reverse=True)


def instrument(code: str, share: str, weights: dict[str, str]) -> dict[str, object]:
    criteria = [{"code": name, "name": name, "weight": weight, "max": "100"} for name, weight in weights.items()]
    return {"code": code, "name": code.upper(), "share": share, "criteria": criteria}


def long_table() -> Iterator[Row]:
    """A unit's list of its entries: ten times the rows may cost ten times, never more."""
    edition = make_edition(StageKind.SUBMISSION)
    clients = {number: client_of(author_of(drafts_in_bulk(edition, number, units=1)[0])) for number in (SHORT, LONG)}
    yield compared(
        f"page with a list of {LONG} entries",
        f"the page with {SHORT}",
        lambda: page(clients[SHORT]),
        lambda: page(clients[LONG]),
        LONG / SHORT,
    )


def page(client: Client) -> None:
    response = client.get(reverse("entries:index"))
    if response.status_code != 200:
        raise RuntimeError(f"The list answered {response.status_code}.")
