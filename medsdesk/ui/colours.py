"""The colours of the three themes, as plain values, and the contrast between two of them."""

from __future__ import annotations

from dataclasses import dataclass

AA_TEXT = 4.5
AA_CONTROL = 3.0


@dataclass(frozen=True, slots=True)
class Colours:
    """One theme; every colour is ``#rrggbb``.

    Attributes:
        window: Behind everything.
        surface: Behind what is read and written.
        raised: Behind a control under the pointer, and behind the current row.
        text: What is read.
        quiet: What is read second.
        faint: What is switched off.
        line: Between parts; decoration only.
        edge: Around controls.
        accent: The one colour for what to do next.
        on_accent: Text on the accent.
        soft: Behind what is chosen.
        focus: Around what has the keyboard.
        danger: Text about what is wrong.
        danger_back: Behind it.
        warn: Text about what to mind.
        warn_back: Behind it.
        good: Text about what went well.
        good_back: Behind it.
    """

    window: str
    surface: str
    raised: str
    text: str
    quiet: str
    faint: str
    line: str
    edge: str
    accent: str
    on_accent: str
    soft: str
    focus: str
    danger: str
    danger_back: str
    warn: str
    warn_back: str
    good: str
    good_back: str


LIGHT = Colours(
    window="#f2f5f6",
    surface="#ffffff",
    raised="#e9eff0",
    text="#16232b",
    quiet="#4d5f69",
    faint="#7b8890",
    line="#d6dee2",
    edge="#7d8d96",
    accent="#0a6a73",
    on_accent="#ffffff",
    soft="#d9edee",
    focus="#0a6a73",
    danger="#a3211b",
    danger_back="#fdebe9",
    warn="#6b4700",
    warn_back="#fff3d9",
    good="#1b6237",
    good_back="#e4f4e9",
)
DARK = Colours(
    window="#11181c",
    surface="#182126",
    raised="#223038",
    text="#e6edf0",
    quiet="#a7b6be",
    faint="#7e8d95",
    line="#2c3a42",
    edge="#71838d",
    accent="#58c4ca",
    on_accent="#04282b",
    soft="#17434a",
    focus="#7fdde2",
    danger="#ffa8a0",
    danger_back="#3d1d1c",
    warn="#ffd98a",
    warn_back="#382b10",
    good="#8bdca6",
    good_back="#16331f",
)
CONTRAST = Colours(
    window="#000000",
    surface="#000000",
    raised="#1f1f1f",
    text="#ffffff",
    quiet="#ffffff",
    faint="#b8b8b8",
    line="#ffffff",
    edge="#ffffff",
    accent="#ffe14d",
    on_accent="#000000",
    soft="#3d3500",
    focus="#6ff7ff",
    danger="#ffb3ad",
    danger_back="#000000",
    warn="#ffe14d",
    warn_back="#000000",
    good="#9dffb6",
    good_back="#000000",
)

SERIES_ON_LIGHT = (
    "#0072b2", "#c04f00", "#00795a", "#a8457d", "#8a5d00", "#5b4bb5", "#5f6b73", "#16232b",
)  # fmt: skip
"""Colours of kinds in pictures on a light surface, after Okabe and Ito: told apart also by those
who see red and green alike, and always together with a shape."""
SERIES_ON_DARK = (
    "#56b4e9", "#ff9a55", "#3ccf9f", "#e79ac6", "#f0c419", "#b4a7ff", "#b0bcc3", "#ffffff",
)  # fmt: skip
"""The same on a dark surface."""


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours after WCAG 2: 1 for none, 21 for the most."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
