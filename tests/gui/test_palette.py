"""The shipped colours: contrast (WCAG 2.x), and states that colour-blind people can tell apart."""

from __future__ import annotations

import dataclasses
import itertools
import math
import re

import pytest

from workbench.gui.look.tokens import DARK, LIGHT, THEMES, Palette

SURFACES = ("window", "panel", "raised", "input", "selection")
STATES = ("ok", "warn", "error", "info", "replay")
TEXTS = ("text", "text2", "text3", "accent", *STATES)

# Machado, Oliveira and Fernandes 2009, severity 1.0, applied in linear RGB
SIGHT = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}

both = pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
sights = pytest.mark.parametrize("sight", SIGHT)


def linear(colour: str) -> list[float]:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]


def luminance(colour: str) -> float:
    r, g, b = linear(colour)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def lab(rgb: list[float]) -> tuple[float, float, float]:
    """CIE L*a*b* (D65) of linear RGB."""
    r, g, b = (min(1.0, max(0.0, c)) for c in rgb)
    x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def seen(colour: str, sight: str) -> tuple[float, float, float]:
    values = linear(colour)
    return lab([sum(m * v for m, v in zip(row, values, strict=True)) for row in SIGHT[sight]])


def nearest(colours: list[str], sight: str) -> float:
    pairs = itertools.combinations(colours, 2)
    return min(math.dist(seen(a, sight), seen(b, sight)) for a, b in pairs)


def test_every_token_exists_in_every_theme() -> None:
    for palette in THEMES.values():
        for token in dataclasses.fields(Palette):
            value = getattr(palette, token.name)
            for colour in value if isinstance(value, tuple) else (value,):
                assert re.fullmatch(r"#[0-9A-F]{6}", colour), (token.name, colour)
        assert len(palette.series) == 6


@both
@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("text", TEXTS)
def test_text_is_readable(palette: Palette, text: str, surface: str) -> None:
    if (text, surface) == ("text3", "selection"):
        text = "text2"  # text3 is never drawn on a selection
    assert contrast(getattr(palette, text), getattr(palette, surface)) >= 4.5


@both
@pytest.mark.parametrize("state", STATES)
def test_text_is_readable_on_tints(palette: Palette, state: str) -> None:
    tint = getattr(palette, f"tint_{state}")
    for text in (state, "text", "text2", "text3", "accent"):
        assert contrast(getattr(palette, text), tint) >= 4.5, text


@both
def test_text_is_readable_on_hover_and_on_fills(palette: Palette) -> None:
    assert contrast(palette.text, palette.hover) >= 4.5
    assert contrast(palette.text2, palette.hover) >= 4.5
    assert contrast(palette.on_accent, palette.accent_fill) >= 4.5
    assert contrast(palette.on_accent, palette.danger_fill) >= 4.5


@both
def test_edges_and_marks_can_be_seen(palette: Palette) -> None:
    for surface in ("panel", "input", "window"):
        assert contrast(palette.border_strong, getattr(palette, surface)) >= 3
        assert contrast(palette.accent, getattr(palette, surface)) >= 3
    for state in STATES:
        for surface in ("panel", "window"):
            assert contrast(getattr(palette, f"{state}_mark"), getattr(palette, surface)) >= 3
    for colour in palette.series:
        assert contrast(colour, palette.panel) >= 3


@both
@sights
def test_states_stay_apart(palette: Palette, sight: str) -> None:
    assert nearest([getattr(palette, s) for s in STATES], sight) >= 12
    assert nearest([getattr(palette, f"{s}_mark") for s in STATES], sight) >= 18
