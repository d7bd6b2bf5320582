"""The plug-in as a user's suite has it; where the project is installed, its entry point did it."""

from __future__ import annotations

import pytest

from workbench.testing import plugin


def pytest_configure(config: pytest.Config) -> None:
    if not config.pluginmanager.is_registered(plugin):
        config.pluginmanager.register(plugin, "workbench")
