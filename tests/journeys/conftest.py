"""The browser and the site that it visits: a real Chromium, a real server, transactions that commit."""

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connections
from django.test.testcases import QuietWSGIRequestHandler
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.visitor import Visitors

CHROMIUM = os.environ.get("KIKS_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
outcome = pytest.StashKey[str]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Iterator[None]:
    report = yield
    if report.when == "call":
        item.stash[outcome] = report.outcome
    return report


@pytest.fixture
def chromium(committed_db: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """A browser that lives as long as its database.

    Playwright keeps an event loop in this thread. Django would refuse queries beside it, and it keeps connections apart
    that were opened with and without a loop: so the loop starts after the database is there and ends before it goes.
    """
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
        connections.close_all()


@pytest.fixture
def site(committed_db: str, settings) -> Iterator[str]:
    """The address of a server over `committed_db`; WhiteNoise serves the static files, as everywhere else."""
    # A code that was computed at the end of its half minute still counts.
    settings.MFA_TOTP_TOLERANCE = 1
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler, allow_reuse_address=False)
    server.set_app(WSGIHandler())
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def visitors(chromium: Browser, site: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Visitors]:
    """People with a browser of their own; at the end none of them may have met an error of ours."""
    made = Visitors(chromium, site)
    yield made
    if request.node.stash.get(outcome, "failed") != "passed":
        made.keep_evidence(tmp_path)
    made.close()
    assert made.problems == []
