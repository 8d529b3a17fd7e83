"""Times of one run and the ratios between them: only these say something on another machine."""

import http.client
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

ROUNDS = 5
type Act = Callable[[], object]


@dataclass(frozen=True)
class Row:
    """One line of the table; `target` is the ratio that may not be exceeded, None where nobody set one."""

    name: str
    floor: str
    floor_ms: float
    ms: float
    ratio: float
    target: float | None = None
    note: str = ""

    @property
    def is_missed(self) -> bool:
        return self.target is not None and self.ratio > self.target


def timed(act: Act) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def percentile(times: Sequence[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, round(share * (len(times) - 1)))]


def alternate(floor: Act, act: Act, rounds: int = ROUNDS) -> tuple[float, float, float]:
    """Medians of floor and act, and of their ratios; one after the other, so that both meet the same noise."""
    pairs = [(timed(floor), timed(act)) for _ in range(rounds)]
    floors, acts = zip(*pairs, strict=True)
    return statistics.median(floors), statistics.median(acts), statistics.median(b / a for a, b in pairs)


def compared(name: str, floor_name: str, floor: Act, act: Act, target: float | None = None, note: str = "") -> Row:
    return Row(name, floor_name, *alternate(floor, act), target, note)


class Visitor:
    """One person's connection to the server, kept open."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = headers

    def ask(self, method: str, path: str, expected: int, body: str = "") -> bytes:
        headers = {"Content-Type": "application/x-www-form-urlencoded"} | self._headers
        self._connection.request(method, path, body or None, headers)
        response = self._connection.getresponse()
        content = response.read()
        if response.status != expected:
            raise RuntimeError(f"{method} {path} answered {response.status} instead of {expected}: {content[:300]!r}")
        return content

    def close(self) -> None:
        self._connection.close()


def at_once(acts: Sequence[Act], times: int) -> list[float]:
    """Every act `times` times over, all of them side by side: the milliseconds of every single one."""
    with ThreadPoolExecutor(len(acts)) as pool:
        found = pool.map(lambda act: [timed(act) for _ in range(times)], acts)
        return [each for times_of_one in found for each in times_of_one]
