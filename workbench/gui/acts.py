"""What the commands do: each is one request at the door, or a sheet that asks first."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication, QFileDialog

from workbench.door import commands as door
from workbench.panels import demo

if TYPE_CHECKING:
    from workbench.gui.scenarios.view import ScenariosView
    from workbench.gui.window import Window

POLITE = 1012  # service restart (IANA registry of close codes)
STALL_SECONDS = 5.0


class Acts:
    """Bound to one window."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._bridge = window.bridge
        self._dialog: QFileDialog | None = None
        self.scenarios: ScenariosView | None = None  # once the views have been loaded

    # -- faults ---------------------------------------------------------------------------------
    def inject(self, fault: str, scope: str, settings: dict[str, Any] | None = None) -> None:
        """Switch a fault on for a connection; "" is everything."""
        text = json.dumps(settings or {})
        self._bridge.ask(door.Inject(fault=fault, scope=scope, settings=text))

    def cut(self) -> None:
        """Reset the selected connection."""
        self.inject("cut", self._window.selected)

    def cut_everything(self) -> None:
        """Reset every connection."""
        self.inject("cut", "")

    def close(self) -> None:
        """Close the selected connection with 1012."""
        self.inject("close", self._window.selected, {"code": POLITE})

    def close_everything(self) -> None:
        """Close every connection with 1012."""
        self.inject("close", "", {"code": POLITE})

    def stall(self) -> None:
        """Hold the selected connection for five seconds."""
        self.inject("stall", self._window.selected, {"seconds": STALL_SECONDS})

    def heal_all(self) -> None:
        """Switch every fault off."""
        self._bridge.ask(door.Heal())

    # -- connections --------------------------------------------------------------------------
    def connect_again(self) -> None:
        """Connect the selected connection now."""
        self._bridge.ask(door.Reconnect(name=self._window.selected))

    def disconnect(self) -> None:
        """Leave on purpose."""
        self._bridge.ask(door.Disconnect(name=self._window.selected))

    def remove(self) -> None:
        """Leave, and take it off the list."""
        self._bridge.ask(door.Remove(name=self._window.selected))

    def stop_proxy(self) -> None:
        """End the selected proxy."""
        self._bridge.ask(door.StopProxy(name=self._window.selected_proxy))

    def copy_address(self) -> None:
        """The selected connection's address into the clipboard."""
        value = self._bridge.mirror["connection"].get(self._window.selected)
        if value is not None:
            QApplication.clipboard().setText(value["address"])

    def copy_proxy_address(self) -> None:
        """The selected proxy's address into the clipboard."""
        value = self._bridge.mirror["proxy"].get(self._window.selected_proxy)
        if value is not None:
            QApplication.clipboard().setText(value["listen"])

    def show_only_this(self) -> None:
        """Filter by the selected connection."""
        if self._window.selected:
            self._window.only(self._window.selected)

    # -- session --------------------------------------------------------------------------------
    def new_session(self) -> None:
        """A fresh recording."""
        self._bridge.ask(door.NewSession())

    def toggle_recording(self) -> None:
        """Start or stop writing what passes."""
        value = self._bridge.mirror["session"].get("current")
        self._bridge.ask(door.SetRecording(on=not (value and value["recording"])))

    def open_recording(self) -> None:
        """Ask which folder, then open it."""
        self._choose("Open recording", True, "", self.open)

    def open(self, path: str) -> None:
        """Open a recording."""
        self._bridge.ask(door.OpenRecording(path=path))

    # -- demo, deploy, scenarios ----------------------------------------------------------------
    def run_demo(self) -> None:
        """The ten-second demonstration, looked at in Recovery."""
        self._bridge.ask(door.RunDemo())
        self._window.show_view("recovery")

    def stop_demo(self) -> None:
        """End it, with its service and clients."""
        self._bridge.ask(door.StopDemo())

    def make_resume(self) -> None:
        """Let b-naive say where it stopped, from now on."""
        how = demo.resuming(self._bridge.mirror)
        if how is not None:
            again = door.Connect(
                name=how["name"], address=how["address"], stream=how["stream"], resume="position"
            )
            self._bridge.ask(door.Remove(name=how["name"]), lambda _: self._bridge.ask(again))

    def abort_deploy(self) -> None:
        """Stop after the replica at hand."""
        self._bridge.ask(door.AbortDeploy())

    def run_scenario(self) -> None:
        """Run the file of the Scenarios view; one that was not run yet is looked at first."""
        if self.scenarios is None:
            self.open_scenario()
        elif self._window.view == "scenarios" or self.scenarios.ran:
            self.scenarios.run()
        else:
            self._window.show_view("scenarios")

    def open_scenario(self) -> None:
        """Ask which file, then show it."""
        self._choose("Open scenario", False, "Scenarios (*.toml)", self._show_scenario)

    def _show_scenario(self, path: str) -> None:
        self._window.show_view("scenarios")
        if self.scenarios is not None:
            self.scenarios.open(path)

    def scenario_folder(self) -> None:
        """Ask for the folder that scenarios are in."""
        if self.scenarios is not None:
            self._choose("Folder of scenarios", True, "", self.scenarios.choose_folder)

    def stop_scenario(self) -> None:
        """Stop it; its clean-up steps still run."""
        self._bridge.ask(door.StopScenario())

    # -- files ------------------------------------------------------------------------------------
    def _choose(self, title: str, folder: bool, kinds: str, then: Callable[[str], None]) -> None:
        """A file dialog that does not block the loop (a nested loop would stop the engine's
        news)."""
        mode = QFileDialog.FileMode.Directory if folder else QFileDialog.FileMode.ExistingFile
        dialog = QFileDialog(self._window, title, self._window.memory.get("folder", ""), kinds)
        dialog.setFileMode(mode)
        dialog.fileSelected.connect(lambda path: self._chosen(path, then))
        self._dialog = dialog
        dialog.open()

    def _chosen(self, path: str, then: Callable[[str], None]) -> None:
        if self._dialog is not None:
            self._window.memory.put("folder", self._dialog.directory().absolutePath())
        then(path)
