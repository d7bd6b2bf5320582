"""The window's commands (UX section 17).  What a later issue brings is not here yet: nothing
in a menu is dead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.gui.actions import Command, Commands
from workbench.gui.look.theme import theme

if TYPE_CHECKING:
    from workbench.gui.window import Window


def add_commands(commands: Commands, window: Window) -> None:
    """Register them all, menu by menu."""
    every = (
        *_file(window),
        *_edit(window),
        *_view(window),
        *_connection(window),
        *_outage(window),
        *_scenario(window),
        *_help(window),
    )
    for command in every:
        commands.add(command)


def _file(w: Window) -> tuple[Command, ...]:
    acts, menu = w.acts, "File"
    return (
        Command("new-session", "New session", acts.new_session, menu, icon="doc"),
        Command("open-recording", "Open recording…", acts.open_recording, menu, "Ctrl+O", "folder"),
        Command(
            "toggle-recording",
            "Record",
            acts.toggle_recording,
            menu,
            "Ctrl+R",
            "record",
            1,
            lambda: bool((w.session or {}).get("recording")),
        ),
        Command("quit", "Quit", w.close, menu, "Ctrl+Q", group=2),
    )


def _edit(w: Window) -> tuple[Command, ...]:
    return (
        Command("filter", "Filter", w.go_to_filter, "Edit", "Ctrl+F", "filter"),
        Command("clear-filter", "Clear filter", w.clear_filter, "Edit", icon="close"),
        Command(
            "settings", "Settings…", lambda: w.sheets.settings.ask(), "Edit", "Ctrl+,", "gear", 1
        ),
    )


def _view(w: Window) -> tuple[Command, ...]:
    menu = "View"
    return (
        *(_show(w, n) for n in range(len(_VIEWS))),
        Command(
            "connections",
            "Connections",
            w.toggle_dock,
            menu,
            "Ctrl+B",
            group=1,
            checked=lambda: not w.dock.isHidden() and not w.dock.strip,
        ),
        Command(
            "full-screen",
            "Full screen",
            w.toggle_full_screen,
            menu,
            "F11",
            group=1,
            checked=w.isFullScreen,
        ),
        *_appearance(),
        Command("next-pane", "Next pane", lambda: w.next_pane(1), menu, "F6", group=4),
        Command(
            "previous-pane", "Previous pane", lambda: w.next_pane(-1), menu, "Shift+F6", group=4
        ),
        Command("reset-layout", "Reset layout", w.reset_layout, menu, icon="undo", group=4),
    )


_VIEWS = (
    ("timeline", "Timeline", "timeline"),
    ("latency", "Latency", "latency"),
    ("recovery", "Recovery", "recovery"),
    ("scenarios", "Scenarios", "scenarios"),
)


def _appearance() -> tuple[Command, ...]:
    menu = "View"
    return (
        Command(
            "larger",
            "Larger text",
            lambda: theme().step(1),
            menu,
            "Ctrl++",
            "plus",
            2,
            also="Ctrl+=",
        ),
        Command("smaller", "Smaller text", lambda: theme().step(-1), menu, "Ctrl+-", "minus", 2),
        Command(
            "normal-size", "Normal text size", lambda: theme().step(0), menu, "Ctrl+0", group=2
        ),
        Command(
            "theme-system",
            "Theme of the system",
            lambda: theme().choose("system"),
            menu,
            group=3,
            checked=lambda: theme().choice == "system",
        ),
        Command(
            "theme-dark",
            "Dark theme",
            lambda: theme().choose("dark"),
            menu,
            group=3,
            checked=lambda: theme().choice == "dark",
        ),
        Command(
            "theme-light",
            "Light theme",
            lambda: theme().choose("light"),
            menu,
            group=3,
            checked=lambda: theme().choice == "light",
        ),
    )


def _show(w: Window, n: int) -> Command:
    name, text, drawing = _VIEWS[n]
    return Command(
        name,
        text,
        lambda: w.show_view(name),
        "View",
        f"Ctrl+{n + 1}",
        drawing,
        checked=lambda: w.view == name,
    )


def _connection(w: Window) -> tuple[Command, ...]:
    acts, menu = w.acts, "Connection"
    return (
        Command("connect", "Connect…", lambda: w.sheets.connect.ask(), menu, "Ctrl+N", "plus"),
        Command(
            "add-proxy", "Add proxy…", lambda: w.sheets.proxy.ask(), menu, "Ctrl+Shift+N", "proxy"
        ),
        Command("show-only-this", "Show only this", acts.show_only_this, menu, icon="eye", group=1),
        Command(
            "connect-again", "Connect again", acts.connect_again, menu, icon="reconnect", group=1
        ),
        Command("disconnect", "Disconnect", acts.disconnect, menu, icon="stop", group=1),
        Command("copy-address", "Copy address", acts.copy_address, menu, icon="copy", group=1),
        Command("remove", "Remove", acts.remove, menu, icon="trash", group=1),
        Command(
            "copy-proxy-address",
            "Copy the proxy's address",
            acts.copy_proxy_address,
            menu,
            icon="copy",
            group=2,
        ),
        Command("stop-proxy", "Stop the proxy", acts.stop_proxy, menu, icon="stop", group=2),
    )


def _outage(w: Window) -> tuple[Command, ...]:
    acts, menu = w.acts, "Outage"
    return (
        Command("cut-selected", "Cut now (RST)", acts.cut, menu, "F8", "cut"),
        Command("cut-everything", "Cut everything", acts.cut_everything, menu, "Shift+F8", "cut"),
        Command("close-selected", "Close politely (1012)", acts.close, menu, icon="door", group=1),
        Command(
            "close-everything",
            "Close everything politely (1012)",
            acts.close_everything,
            menu,
            icon="door",
            group=1,
        ),
        Command("stall-selected", "Stall for 5 s", acts.stall, menu, icon="stall", group=1),
        Command(
            "faults",
            "Faults",
            w.open_faults,
            menu,
            "Ctrl+J",
            "faults",
            2,
            lambda: not w.side.isHidden(),
        ),
        Command("clear-faults", "Clear all faults", acts.heal_all, menu, "Ctrl+Shift+X", "undo", 2),
        Command("deploy", "Deploy…", w.ask_deploy, menu, "F9", "deploy", 3),
        Command("abort-deploy", "Abort deploy", acts.abort_deploy, menu, icon="stop", group=3),
    )


def _scenario(w: Window) -> tuple[Command, ...]:
    acts, menu = w.acts, "Scenario"
    return (
        Command("run-scenario", "Run scenario", acts.run_scenario, menu, "F5", "play"),
        Command("open-scenario", "Open scenario…", acts.open_scenario, menu, icon="folder"),
        Command("stop-scenario", "Stop scenario", acts.stop_scenario, menu, "Shift+F5", "stop"),
        Command("run-demo", "Run the demo", acts.run_demo, menu, icon="play", group=1),
        Command(
            "make-b-naive-resume",
            "Make b-naive resume",
            acts.make_resume,
            menu,
            icon="reconnect",
            group=1,
        ),
        Command("stop-demo", "Close the demo", acts.stop_demo, menu, icon="close", group=1),
    )


def _help(w: Window) -> tuple[Command, ...]:
    menu = "Help"
    return (
        Command(
            "palette", "Command palette", lambda: w.sheets.palette.ask(), menu, "Ctrl+K", "search"
        ),
        Command(
            "shortcuts",
            "All shortcuts",
            lambda: w.sheets.shortcuts.ask(),
            menu,
            "Ctrl+/",
            "keyboard",
        ),
        Command("notices", "Notices", lambda: w.sheets.notices.ask(), menu, icon="bell"),
        Command(
            "about", "About Workbench", lambda: w.sheets.about.come(), menu, icon="info", group=1
        ),
    )
