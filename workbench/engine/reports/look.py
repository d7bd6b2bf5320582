"""The look of a page: the window's colours (UX section 16) as CSS variables, dark and light.

The window's tokens live two floors up; a test holds this copy of what a page uses to them.
"""

from __future__ import annotations

from workbench.engine.reports.markup import Markup

#: Name → (dark, light).
PALETTE = {
    "window": ("#15171C", "#F3F4F7"),
    "panel": ("#1B1E25", "#FFFFFF"),
    "raised": ("#242832", "#F8F9FB"),
    "border": ("#303643", "#D9DDE5"),
    "border_strong": ("#707A8F", "#7F8897"),
    "text": ("#E8EBF1", "#1A1E26"),
    "text2": ("#B3BBCA", "#454E5D"),
    "text3": ("#8D97A9", "#5F6979"),
    "accent": ("#7AB2FF", "#1A5FCC"),
    "ok": ("#6BE0B8", "#00715A"),
    "ok_mark": ("#6BE0B8", "#00896B"),
    "warn": ("#FFD666", "#806000"),
    "warn_mark": ("#FFD666", "#A87D00"),
    "error": ("#FF8066", "#8A1A06"),
    "error_mark": ("#FF8066", "#9E1F08"),
    "info": ("#5CA9FF", "#0B55C0"),
    "info_mark": ("#5CA9FF", "#1B63D4"),
    "replay": ("#DF93C4", "#8E2A86"),
    "replay_mark": ("#DF93C4", "#A5379C"),
    "tint_ok": ("#1C2F2E", "#E3F4EF"),
    "tint_warn": ("#322D20", "#FBF3DC"),
    "tint_error": ("#35221F", "#FBE8E4"),
    "tint_info": ("#1B2A3F", "#E4EEFC"),
    "tint_replay": ("#30242F", "#F6E8F4"),
}

SHEET = """
* { box-sizing: border-box; }
body { margin: 0; background: var(--window); color: var(--text); font: 400 13px/1.5 system-ui,
  -apple-system, "Segoe UI", Roboto, "Noto Sans", Cantarell, sans-serif;
  font-variant-numeric: tabular-nums; }
main { max-width: 1144px; margin: 0 auto; padding: 32px 24px 48px; }
h1, h2, h3, p, ul, dl, dd, figure { margin: 0; }
h1 { font-size: 22px; font-weight: 600; line-height: 1.3; overflow-wrap: anywhere; }
h2 { font-size: 16px; font-weight: 600; overflow-wrap: anywhere; }
h3 { font-size: 13px; font-weight: 600; overflow-wrap: anywhere; }
section { margin-top: 32px; }
.over { color: var(--text2); font-size: 12px; }
.head { display: flex; gap: 16px; align-items: flex-start; justify-content: space-between; }
.card { background: var(--panel); border: 1px solid var(--border); border-radius: 6px; }
.pad { padding: 16px; }
.banner { display: flex; gap: 12px; align-items: center; margin-top: 12px; padding: 12px 16px;
  border: 1px solid; border-radius: 6px; }
.banner b { font-size: 16px; font-weight: 600; }
.banner svg { flex: none; }
.tone-error { color: var(--error); background: var(--tint_error); border-color: var(--error); }
.tone-warn { color: var(--warn); background: var(--tint_warn); border-color: var(--warn); }
.tone-ok { color: var(--ok); background: var(--tint_ok); border-color: var(--ok); }
.tone-info { color: var(--info); background: var(--tint_info); border-color: var(--info); }
.chip { display: inline-flex; gap: 6px; align-items: center; padding: 1px 8px; border-radius: 4px;
  font-size: 12px; font-weight: 500; white-space: nowrap; }
.chip.large { padding: 4px 12px; font-size: 15px; font-weight: 600; border: 1px solid; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(160px, 1fr));
  gap: 12px 24px; margin-top: 16px; }
.facts dt { color: var(--text2); font-size: 12px; }
.facts dd { font-weight: 500; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; margin-top: 12px; }
table { border-collapse: collapse; width: 100%; }
th { color: var(--text2); font-size: 12px; font-weight: 500; text-align: left; }
th, td { padding: 6px 12px; border-bottom: 1px solid var(--border); white-space: nowrap; }
tr:last-child td { border-bottom: 0; }
td.wrap { white-space: normal; overflow-wrap: anywhere; min-width: 140px; }
.num { text-align: right; }
.grey { color: var(--text3); }
.error { color: var(--error); font-weight: 600; }
.warn { color: var(--warn); font-weight: 600; }
.replay { color: var(--replay); font-weight: 600; }
figure { margin-top: 12px; }
figure svg { display: block; width: 100%; height: auto; }
figure svg.lanes { min-width: 720px; }
.card > .scroll { margin-top: 0; }
figcaption { padding: 8px 16px; color: var(--text2); font-size: 12px;
  border-top: 1px solid var(--border); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: center; }
.legend span { display: inline-flex; gap: 6px; align-items: center; }
.beside { display: grid; grid-template-columns: minmax(0, 560px) minmax(0, 1fr); gap: 0 32px; }
.beside figure { margin: 0; }
.why { margin-top: 12px; }
.why-head { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: center; }
.why p { margin-top: 8px; max-width: 76ch; overflow-wrap: anywhere; }
.why h4 { margin: 12px 0 0; color: var(--text2); font-size: 12px; font-weight: 500; }
.why p.close { margin-top: 4px; }
.why ul, .plain { margin: 4px 0 0; padding-left: 18px; max-width: 76ch; overflow-wrap: anywhere; }
code, pre { font: 12px/1.5 ui-monospace, "JetBrains Mono", "Cascadia Mono", Menlo, Consolas,
  monospace; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; max-width: 100%; }
details { margin-top: 12px; }
a { color: var(--accent); }
summary { cursor: pointer; color: var(--accent); font-weight: 500; }
summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
details td { vertical-align: top; }
footer { margin-top: 32px; color: var(--text3); font-size: 12px; }
svg text { font: 11px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  fill: var(--text2); }
svg .name { fill: var(--text); font-size: 12px; font-weight: 500; }
svg .strong { font-weight: 600; }
svg .line { stroke: var(--border); }
svg .mid { stroke: var(--border_strong); stroke-opacity: .45; }
svg .in { fill: var(--info_mark); } svg .out { fill: var(--text3); }
svg .gap { stroke: var(--error_mark); } svg .hatch { stroke: var(--error_mark); }
svg .under { fill: var(--tint_error); }
svg .diamond { fill: var(--replay_mark); stroke: var(--panel); }
svg .flag { fill: var(--info_mark); } svg .flagline { stroke: var(--info_mark); }
svg .fault { fill: var(--warn_mark); } svg .faultline { stroke: var(--warn_mark); }
svg .chip-error { fill: var(--tint_error); stroke: var(--error); }
svg .chip-warn { fill: var(--tint_warn); stroke: var(--warn); }
svg .chip-ok { fill: var(--tint_ok); stroke: var(--ok); }
svg .chip-info { fill: var(--tint_info); stroke: var(--info); }
svg .say-error { fill: var(--error); } svg .say-warn { fill: var(--warn); }
svg .say-ok { fill: var(--ok); } svg .say-info { fill: var(--info); }
svg .published { stroke: var(--text2); fill: none; } svg .say-published { fill: var(--text2); }
svg .received { stroke: var(--info_mark); fill: none; } svg .say-received { fill: var(--info); }
svg .owed { fill: url(#hatch); } svg .owed-under { fill: var(--tint_error); }
svg .lost { stroke: var(--error_mark); }
svg .away { fill: var(--raised); }
@media (max-width: 860px) { .beside { grid-template-columns: 1fr; } }
@media (max-width: 640px) { main { padding: 16px 12px 32px; } }
@media print { body { background: #FFF; } main { padding: 0; } .card { break-inside: avoid; } }
"""


def style() -> Markup:
    """The sheet, with light colours unless the reader's system is dark."""
    dark, light = (
        " ".join(f"--{name}: {pair[i]};" for name, pair in PALETTE.items()) for i in (0, 1)
    )
    return Markup(
        f":root {{ color-scheme: light dark; {light} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n{SHEET}"
    )
