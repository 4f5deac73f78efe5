"""A report as one HTML file that stands alone: no scripts, nothing from another host, its plots inside it."""

from __future__ import annotations

from collections.abc import Sequence

from ragassist.evaluation.outcomes import Outcome
from ragassist.evaluation.plots import calibration_plot, rank_plot, risk_plot
from ragassist.evaluation.report import Comparison, Report
from ragassist.evaluation.tables import Rows, difference_rows, kind_rows, ranking_rows, verdict_rows
from ragassist.rendering.markup import Html, tag

STYLE = """
:root { color-scheme: light dark; --ink: light-dark(#1b1f24, #e6e8eb); --paper: light-dark(#fff, #15181c);
  --faint: light-dark(#d8dce1, #3a4048); --mark: light-dark(#154273, #8db8e8); --quiet: light-dark(#59636e, #9aa4af); }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem auto;
  max-width: 72rem; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .8rem; border-bottom: 1px solid var(--faint); text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
.quiet { color: var(--quiet); }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 1.5rem; }
figure { margin: 0; } figcaption { font-size: .85rem; color: var(--quiet); }
svg { width: 100%; height: auto; font: 11px system-ui, sans-serif; fill: var(--ink); }
svg path { fill: none; stroke: var(--ink); } svg .grid { stroke: var(--faint); }
svg .line { stroke: var(--mark); stroke-width: 2; } svg .dashed { stroke: var(--quiet); stroke-dasharray: 4 4; }
svg .bar { stroke: var(--mark); stroke-width: 20; } svg .mark { fill: var(--mark); }
article { border-left: 3px solid var(--faint); padding-left: 1rem; margin: 1.2rem 0; overflow-wrap: anywhere; }
article p { margin: .2rem 0; }
"""
HEAD = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>ragassist: evaluation</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head><body>
"""
NOTE = (
    "Between brackets: 95% bootstrap intervals. Paragraphs are ranked as they are cited, so their hit@1 says how often "
    "the right paragraph is cited first."
)
PLOTS = {
    "Calibration: questions of like confidence, by tens, and the share that the first hit answers.": calibration_plot,
    "Risk against coverage, answering the surest first; the dot is where the replies stand.": risk_plot,
    "Rank of the first right exchange, over the answerable questions.": rank_plot,
}


def report_html(report: Report, comparison: Comparison | None = None) -> str:
    """The whole page, with the comparison when there is one."""
    parts = [
        tag("h1", {}, "How good the answers are"),
        tag("p", {}, report.head, " ", _quiet(NOTE)),
        _section("Ranking", _table(ranking_rows(report.overall))),
        _section("Found or not", _table(verdict_rows(report.overall))),
        _section("Plots", _plots(report.outcomes)),
        _section("By kind of question", _table(kind_rows(report.kinds, report.asked))),
    ]
    if comparison:
        words = tag("p", {}, comparison.head, " ", comparison.changed)
        parts.append(_section("Compared with a saved run", words, _table(difference_rows(comparison.differences))))
    parts.append(_section(f"Misses: {len(report.misses)}", *map(_miss, report.misses)))
    return HEAD + "\n".join(parts) + "\n</body></html>\n"


def _section(title: str, *body: Html) -> Html:
    return tag("section", {}, tag("h2", {}, title), *body)


def _plots(outcomes: Sequence[Outcome]) -> Html:
    figures = [tag("figure", {}, draw(outcomes), tag("figcaption", {}, words)) for words, draw in PLOTS.items()]
    return tag("div", {"class": "plots"}, *figures)


def _miss(outcome: Outcome) -> Html:
    asked = outcome.question
    lines = [
        (tag("strong", {}, asked.question),),
        (outcome.miss, " ", _quiet(f"{asked.id}, {asked.kind}; {outcome.verdict}, {outcome.confidence:.2f}")),
        *((_quiet("gold "), start) for start in outcome.gold),
        (_quiet("first "), outcome.first or "nothing"),
    ]
    return tag("article", {}, *(tag("p", {}, *line) for line in lines))


def _quiet(text: str) -> Html:
    return tag("span", {"class": "quiet"}, text)


def _table(rows: Rows) -> Html:
    head, *body = (tag("tr", {}, *(tag("td" if i else "th", {}, cell) for cell in row)) for i, row in enumerate(rows))
    return tag("div", {"class": "wide"}, tag("table", {}, tag("thead", {}, head), tag("tbody", {}, *body)))
