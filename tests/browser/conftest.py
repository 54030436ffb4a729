"""The HTML pages in a browser, where there is one: Chromium, driven by playwright."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from fedliq.cli import main
from fedliq.report.brief import make_brief
from fedliq.report.document import document
from fedliq.report.formats import render
from made_up_futures import DAY, settled

if TYPE_CHECKING:
    from pathlib import Path

# None of them asks anybody for anything.
_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HOSTILE = "<script>alert(1)</script>&\"'"
KINDS = ("brief", "early", "given", "projection")


def chromium() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    pytest.skip("no Chromium is installed")


@pytest.fixture(scope="session")
def browser():
    driver = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed; it is in fedliq[browser]"
    )
    path = chromium()
    with driver.sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=path, args=list(_OPTIONS))
        yield one
        one.close()


def _given(sample) -> str:
    days = pd.bdate_range("2019-01-01", DAY)
    steps = np.random.default_rng(0).normal(0, 0.01, (2, len(days)))
    made_up = (pd.Series(100 * np.exp(one.cumsum()), days) for one in steps)
    prices = dict(zip((HOSTILE, "S&P 500"), made_up, strict=True))
    brief = make_brief(sample, DAY, futures=settled(DAY), prices=prices)
    return render(brief, document(brief), "html")


@pytest.fixture(scope="session")
def files(tmp_path_factory, sample) -> dict[str, Path]:
    """Pages as they are handed over: of today, of a day with few figures, with prices, ahead."""
    folder = tmp_path_factory.mktemp("pages")
    made = {name: folder / f"{name}.html" for name in KINDS}
    html = ("--format", "html", "-o")
    assert main(["report", *html, str(made["brief"])]) == 0
    assert main(["report", "--as-of", "2002-12-19", *html, str(made["early"])]) == 0
    assert main(["project", "--rmp", "20@2026-11-01", *html, str(made["projection"])]) == 0
    made["given"].write_text(_given(sample), encoding="utf-8")
    return made


@dataclass
class Watched:
    """A page that is open, and what it said and asked for."""

    page: object
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def look(browser, files):
    """Open a page on a screen of some width; each once."""
    held: dict[tuple[str, int, str], Watched] = {}

    def at(kind: str, width: int, scheme: str = "light") -> Watched:
        key = (kind, width, scheme)
        if key not in held:
            context = browser.new_context(
                viewport={"width": width, "height": 800}, color_scheme=scheme, offline=True
            )
            watched = Watched(context.new_page())
            watched.page.on("console", lambda one: watched.said.append(one.text))
            watched.page.on("pageerror", lambda one: watched.said.append(str(one)))
            watched.page.on("request", lambda one: watched.asked.append(one.url))
            watched.page.goto(files[kind].as_uri())
            held[key] = watched
        return held[key]

    yield at
    for watched in held.values():
        watched.page.context.close()
