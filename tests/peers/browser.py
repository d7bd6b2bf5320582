"""Debian's Chromium with one page, driven through chromedriver."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

FLAGS = (
    "--headless=new",
    "--no-sandbox",  # refused to root otherwise
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LIMIT = 120.0


class Page:
    """A page with ``feed-page.mjs``; ``name`` tells its readers apart."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self._driver = driver

    def read(self, name: str, address: str, *, resume: bool = False) -> None:
        """Begin to read a feed by WebSocket or EventSource, by the address."""
        words = "window[arguments[0]] = window.read(arguments[1], arguments[2])"
        self._driver.execute_script(words, name, address, resume)

    def log(self, name: str) -> dict[str, Any]:
        """What a reader has seen: handled, opens, errors, closed."""
        log: dict[str, Any] = self._driver.execute_script("return window[arguments[0]]", name)
        return log

    def until(self, name: str, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """A reader's log once the condition holds."""
        end = time.monotonic() + LIMIT
        while not holds(log := self.log(name)):
            assert time.monotonic() < end, f"not in time; the page's log: {log}"
            time.sleep(0.05)
        return log


@contextmanager
def browser(chromium: str, chromedriver: str, profile: Path) -> Iterator[webdriver.Chrome]:
    """Chromium with a profile of its own."""
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    service = Service(chromedriver)
    driver = webdriver.Chrome(options, service)
    try:
        yield driver
    finally:
        driver.quit()
