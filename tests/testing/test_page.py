"""The example of docs/testing.md: a page in Chromium through an outage, driven by Selenium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.wait import WebDriverWait

from tests.testing.own_server import OwnServer
from workbench.testing import Workbench
from workbench.testing.loop_thread import LoopThread

pytestmark = [pytest.mark.peer, pytest.mark.slow]

PAGE = Path(__file__).with_name("page.html").as_uri()


@pytest.fixture
def server() -> Iterator[OwnServer]:
    thread, running = LoopThread(), OwnServer.running()
    yield thread.wait(running.__aenter__())
    thread.wait(running.__aexit__(None, None, None))
    thread.close()


@pytest.fixture
def browser(program: Callable[[str], str]) -> Iterator[Chrome]:
    options = ChromeOptions()
    options.binary_location = program("chromium")
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(word)
    driver = Chrome(options, Service(program("chromedriver")))
    yield driver
    driver.quit()


@pytest.mark.parametrize(("resumes", "value"), [("yes", "valid"), ("no", "invalid")])
def test_the_page_survives_a_restart(
    workbench: Workbench, server: OwnServer, browser: Chrome, resumes: str, value: str
) -> None:
    wb = workbench.proxy(to=server.address)
    browser.get(f"{PAGE}?to={wb.listen}&resume={resumes}")
    handled = lambda d: d.execute_script("return handled")  # noqa: E731
    wait = WebDriverWait(browser, 30)
    wait.until(lambda d: len(handled(d)) > 20)
    wb.close(1012)  # service restart
    wb.until_open()
    seen = len(handled(browser))
    wait.until(lambda d: len(handled(d)) > seen + 40)
    verdict = wb.verdict(id="json.seq", resume="json.after")
    assert verdict.value == value
    got = set(handled(browser))
    never = sorted(set(range(min(got), max(got))) - got)
    assert verdict.missed() == never
    assert bool(never) == (value == "invalid")
