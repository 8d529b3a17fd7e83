"""One entry compared with 5,000 earlier ones by name and text, in a fresh process and again."""

import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import django
from django.db import connection

from entries.actions.comparing import compare_version, compare_waiting
from entries.fingerprint import fingerprint
from entries.models import Entry, EntryVersion, Fingerprint, Innovation, Resemblance, ServiceUnit
from kiks import audit, clock
from kiks.models import User
from kiks.texts import to_json
from tests.bench.measuring import ROUNDS, Act, Row, alternate, timed
from tests.factories.editions import make_edition
from tests.factories.entries import make_unit, member_of

EARLIER, NUMBERS, FORMULAS = 5_000, 520, 20
# Milliseconds that the committee was promised, whether or not anything is in the caches.
AIM = 300
SYLLABLES = ["ba", "ci", "du", "fe", "go", "ha", "ji", "ku", "le", "mo", "na", "pi", "ru", "se", "to", "wa"]
chance = random.Random("resembling")  # noqa: S311 - made-up texts, not secrets


def comparing() -> Iterator[Row]:
    # What the rows before this one submitted would otherwise be printed first.
    while compare_waiting():
        pass
    version = prepared()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    used: list[float] = []
    floor, warm, ratio = alternate(read, lambda: used.append(processor(lambda: compare_again(version.pk))))
    found = Resemblance.objects.filter(version=version).count()
    if found != 1:
        raise RuntimeError(f"The comparison found {found} twins instead of the planted one.")
    fresh = [in_a_fresh_process(version.pk) for _ in range(ROUNDS)]
    cold, own = (statistics.median(times) for times in zip(*fresh, strict=True))
    name, rows = f"entry compared with {EARLIER:,} earlier", "the names and sizes, read"
    yield Row(f"{name}, warm", rows, floor, warm, ratio, 15, said(warm, statistics.median(used)))
    yield Row(f"{name}, cold", rows, floor, cold, cold / floor, 30, f"fresh process; {said(cold, own)}")


def said(ms: float, own: float) -> str:
    """Beside the time that is wanted: on a busy machine the wait is long and the own work is not."""
    return f"wanted {AIM}{'' if ms <= AIM else ', missed'}; processor {own:.0f} ms and the database's"


def processor(act: Act) -> float:
    """Milliseconds that this process itself worked."""
    began = time.process_time()
    act()
    return (time.process_time() - began) * 1000


def read() -> None:
    """The least that a comparison reads."""
    list(Innovation.objects.order_by("pk").values_list("pk", "short_name", "expansion"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT version_id, cardinality(hashes) FROM entries_fingerprint")
        cursor.fetchall()


def compare_again(pk: int) -> None:
    """From the text on, as if it had just been submitted."""
    Fingerprint.objects.filter(pk=pk).delete()
    if not compare_version(EntryVersion.objects.get(pk=pk)):
        raise RuntimeError("The comparison was left to the tick.")


def in_a_fresh_process(pk: int) -> tuple[float, float]:
    """Milliseconds that passed, and those that the process worked; nothing is in its caches."""
    Fingerprint.objects.filter(pk=pk).delete()
    name = connection.settings_dict["NAME"]
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    command = [sys.executable, "-m", "tests.bench.resembling", str(pk)]
    made = subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, capture_output=True, text=True, check=True)
    passed, own = map(float, made.stdout.split())
    return passed, own


def word() -> str:
    return "".join(chance.choices(SYLLABLES, k=3))


def prepared() -> EntryVersion:
    """Earlier entries of another edition, one of them with the text of the new one; the fingerprints are there."""
    unit, text = make_unit(), " ".join(word() for _ in range(1800))
    by, own = member_of(unit), sorted(fingerprint([text]))
    vocabulary = [word() for _ in range(3000)]
    with audit.act(by):
        innovations = [innovation(unit, vocabulary) for _ in range(EARLIER + 1)]
        Innovation.objects.bulk_create(innovations, batch_size=1000)
        *earlier, version = [*sent(innovations[1:], "", by), *sent(innovations[:1], text, by)]
    formulas = own[:FORMULAS]
    Fingerprint.objects.bulk_create(
        (Fingerprint(version=each, hashes=own if each is earlier[0] else numbers(formulas)) for each in earlier),
        batch_size=1000,
    )
    return version


def innovation(unit: ServiceUnit, vocabulary: list[str]) -> Innovation:
    words = chance.sample(vocabulary, chance.randint(4, 8))
    name = "".join(each[: chance.randint(1, 3)] for each in words).upper()
    return Innovation(unit=unit, short_name=name, expansion=" ".join(words))


def numbers(formulas: list[int]) -> list[int]:
    return [*formulas, *(chance.randint(-(2**31), 2**31 - 1) for _ in range(NUMBERS - len(formulas)))]


def sent(innovations: list[Innovation], text: str, by: User) -> list[EntryVersion]:
    edition, content = make_edition(), to_json({"answers": [{"text": text}]})
    entries = Entry.objects.bulk_create(Entry(innovation=each, edition=edition) for each in innovations)
    versions = EntryVersion.objects.bulk_create(
        EntryVersion(entry=entry, ordinal=1, content=content, digest="0" * 64, frozen_at=clock.now(), frozen_by=by)
        for entry in entries
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE entries_entry e SET status = 'submitted', current_version_id = v.id, number = v.id::text,
                      submitted_at = v.frozen_at, submitted_by_id = v.frozen_by_id
               FROM entries_entryversion v WHERE v.entry_id = e.id AND e.edition_id = %s""",
            [edition.pk],
        )
    return versions


if __name__ == "__main__":
    django.setup()
    connection.ensure_connection()
    worked: list[float] = []
    passed_by = timed(lambda: worked.append(processor(lambda: compare_again(int(sys.argv[1])))))
    sys.stdout.write(f"{passed_by} {worked[0]}")
