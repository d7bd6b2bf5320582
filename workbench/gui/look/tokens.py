"""Every colour of the window, by what it means (UX section 16).

Nothing else in the window names a colour.  ``tests/gui/test_palette.py`` proves contrast
(WCAG 2.x) and that the states stay apart for colour-blind people, on these very values.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme, as ``#RRGGBB``.

    A state has a colour for text (``error``) and one for marks such as lanes, dots and bars
    (``error_mark``); ``tint_error`` lies under rows and chips.  ``text3`` is never drawn on a
    ``selection``: it becomes ``text2`` there.
    """

    window: str
    panel: str
    raised: str
    input: str
    hover: str
    selection: str
    border: str
    border_strong: str
    text: str
    text2: str
    text3: str
    accent: str
    accent_fill: str
    on_accent: str
    ok: str
    ok_mark: str
    warn: str
    warn_mark: str
    error: str
    error_mark: str
    info: str
    info_mark: str
    replay: str
    replay_mark: str
    danger_fill: str
    tint_ok: str
    tint_warn: str
    tint_error: str
    tint_info: str
    tint_replay: str
    series: tuple[str, str, str, str, str, str]


DARK = Palette(
    window="#15171C",
    panel="#1B1E25",
    raised="#242832",
    input="#111318",
    hover="#2A2F3B",
    selection="#1D3A66",
    border="#303643",
    border_strong="#707A8F",
    text="#E8EBF1",
    text2="#B3BBCA",
    text3="#8D97A9",
    accent="#7AB2FF",
    accent_fill="#2B6CD9",
    on_accent="#FFFFFF",
    ok="#6BE0B8",
    ok_mark="#6BE0B8",
    warn="#FFD666",
    warn_mark="#FFD666",
    error="#FF8066",
    error_mark="#FF8066",
    info="#5CA9FF",
    info_mark="#5CA9FF",
    replay="#DF93C4",
    replay_mark="#DF93C4",
    danger_fill="#B53A16",
    tint_ok="#1C2F2E",
    tint_warn="#322D20",
    tint_error="#35221F",
    tint_info="#1B2A3F",
    tint_replay="#30242F",
    series=("#5CA9FF", "#FFD666", "#46C79E", "#DF93C4", "#FF8066", "#EEF1F6"),
)

LIGHT = Palette(
    window="#F3F4F7",
    panel="#FFFFFF",
    raised="#F8F9FB",
    input="#FFFFFF",
    hover="#EBEEF3",
    selection="#D6E5FF",
    border="#D9DDE5",
    border_strong="#7F8897",
    text="#1A1E26",
    text2="#454E5D",
    text3="#5F6979",
    accent="#1A5FCC",
    accent_fill="#1F63D1",
    on_accent="#FFFFFF",
    ok="#00715A",
    ok_mark="#00896B",
    warn="#806000",
    warn_mark="#A87D00",
    error="#8A1A06",
    error_mark="#9E1F08",
    info="#0B55C0",
    info_mark="#1B63D4",
    replay="#8E2A86",
    replay_mark="#A5379C",
    danger_fill="#A8200A",
    tint_ok="#E3F4EF",
    tint_warn="#FBF3DC",
    tint_error="#FBE8E4",
    tint_info="#E4EEFC",
    tint_replay="#F6E8F4",
    series=("#1B63D4", "#A87D00", "#00896B", "#A5379C", "#9E1F08", "#39414F"),
)

THEMES: dict[str, Palette] = {"dark": DARK, "light": LIGHT}
