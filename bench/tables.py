"""Results -> Markdown: side by side, what was lost, how ragassist grows, what the machine could do at most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from bench.engines import MODULES, RAGASSIST

Figures: TypeAlias = Mapping[str, Any]

NOTHING = "–"
NOTES = """\
- Size 1 is the real paper of corpus/; the others are made of the sentences of this repository's papers.
- *From the papers*: ragassist reads, splits, encodes and writes; the others get the passages, encode and write.
- *From given vectors*: nobody encodes. Up to 10,000 papers ragassist still reads and splits their files; more are given
  to its index as it stores them. It always writes the vectors of all tokens too.
- ragassist answers with three exchanges, cited, their best sentences marked; the others with three passages.
- *A question*: each is asked once, after a hundred others. The files were out of the page cache when the process
  started, so that some of what a question reads still comes from the disk; in `answers/s` nothing does.
- *Cold*: the files of the index were out of the page cache; Python and the model were loaded.
- One paper more is encoded, and on the disk when the time ends; some of the others write everything anew for that.
"""


@dataclass(frozen=True, slots=True)
class Measure:
    """A row of the comparison. path: where its figure stands in what was measured of an engine at one size."""

    what: str
    path: tuple[str, ...]
    less: bool = True

    def of(self, figures: Figures) -> float | None:
        """The figure, None where it was not measured."""
        found: Any = figures
        for name in self.path:
            if not isinstance(found, Mapping) or name not in found:
                return None
            found = found[name]
        return None if found is None else float(found)


MEASURES = (
    Measure("index from the papers, passages/s", ("whole", "rate"), less=False),
    Measure("index from given vectors, passages/s", ("given", "rate"), less=False),
    Measure("memory of the build at its peak, MB", ("build", "peak")),
    Measure("index on the disk, MB", ("build", "disk")),
    Measure("start to first answer, s", ("start",)),
    Measure("a question, p50 ms", ("warm", "p50")),
    Measure("a question, p95 ms", ("warm", "p95")),
    Measure("a question, p99 ms", ("warm", "p99")),
    Measure("index opened cold, s", ("open",)),
    Measure("its first question, p50 ms", ("cold", "p50")),
    Measure("answers/s, 1 user", ("users", "1"), less=False),
    Measure("answers/s, 8 users", ("users", "8"), less=False),
    Measure("answers/s, 32 users", ("users", "32"), less=False),
    Measure("memory while asked, MB", ("memory", "resident")),
    Measure("of it not files that are mapped, MB", ("memory", "own")),
    Measure("one paper more, s", ("add",)),
    Measure("hit@1 (dev questions)", ("hits", "hit@1"), less=False),
    Measure("hit@3 (dev questions)", ("hits", "hit@3"), less=False),
    Measure("paragraph hit@1", ("hits", "paragraph hit@1"), less=False),
)
SHORT = (
    "index from the papers, passages/s", "a question, p50 ms", "a question, p95 ms", "answers/s, 8 users",
    "memory while asked, MB", "one paper more, s", "hit@1 (dev questions)", "hit@3 (dev questions)",
)  # fmt: skip


def render(results: Figures) -> str:
    """All tables, as table.md holds them."""
    parts = [
        "# What was measured",
        f"`make bench`{results['arguments']}: {results['machine']}; {results['seconds'] / 60:.0f} minutes.",
        "## Side by side",
        compared(results, [measure.what for measure in MEASURES]),
    ]
    for title, rows in (
        ("How ragassist grows", growth(results)),
        ("Bulk encoding", encoding(results)),
        ("What the machine can do at most", limits(results)),
        ("Vectors alone", vectors(results)),
    ):
        if len(rows) > 1:
            parts += [f"## {title}", _table(rows)]
    parts += ["## Notes", NOTES + "\n".join(f"- {note}" for note in results["notes"])]
    return "\n\n".join(parts).rstrip() + "\n"


def summary(results: Figures) -> str:
    """The rows that README shows."""
    return compared(results, SHORT)


def compared(results: Figures, wanted: Sequence[str]) -> str:
    """Every engine, the best of each row in bold, and below it the rows that ragassist loses."""
    names = [name for name in MODULES if any(name in size["engines"] for size in results["sizes"].values())]
    rows = [["", "papers", *names]]
    lost = []
    for measure in (measure for measure in MEASURES if measure.what in wanted):
        for papers, size in results["sizes"].items():
            figures = [measure.of(size["engines"].get(name, {})) for name in names]
            known = [figure for figure in figures if figure is not None]
            if not known:
                continue
            best = (min if measure.less else max)(known)
            rows.append([measure.what, f"{int(papers):,}", *(_marked(figure, best) for figure in figures)])
            own = measure.of(size["engines"].get(RAGASSIST, {}))
            if own is not None and number(own) != number(best):
                lost.append(f"{measure.what} at {int(papers):,} ({number(own)} against {number(best)})")
    return f"{_table(rows)}\n\nRows that ragassist loses: {'; '.join(lost) or 'none'}."


def growth(results: Figures) -> list[list[str]]:
    """ragassist by number of papers."""
    sizes = {papers: size for papers, size in results["sizes"].items() if RAGASSIST in size["engines"]}
    rows = [["papers", *(f"{int(papers):,}" for papers in sizes)]]
    rows.append(["passages", *(f"{size['passages']:,}" for size in sizes.values())])
    for measure in MEASURES:
        figures = [measure.of(size["engines"][RAGASSIST]) for size in sizes.values()]
        if any(figure is not None for figure in figures):
            rows.append([measure.what, *map(number, figures)])
    return rows


def encoding(results: Figures) -> list[list[str]]:
    """Bulk encoding by engine and threads."""
    figures = [[own["engine"], str(own["threads"]), number(own["texts"] / own["seconds"])] for own in results["encode"]]
    return [["", "threads", "passages/s"], *figures]


def limits(results: Figures) -> list[list[str]]:
    """Peaks, and what share of them is reached."""
    found = results["limits"]
    if not found:
        return []
    rows = [["", *(f"{threads} thread{'s' * (threads != '1')}" for threads in found["peaks"])]]
    for what, name in (
        ("product of matrices, fp32, GFLOP/s", "fp32"),
        ("product of matrices, bf16, GFLOP/s", "bf16"),
        ("memory read, GB/s", "read"),
        ("flat scan of vectors, GB/s", "scan"),
    ):
        rows.append([what, *(number(peak[name]) for peak in found["peaks"].values())])
    rows.append(["scan, share of memory read", *(_share(p["scan"], p["read"]) for p in found["peaks"].values())])
    most = found["peaks"][max(found["peaks"], key=int)]
    reached = found["encoder"]["GFLOP/s"]
    blank = [""] * (len(found["peaks"]) - 1)
    rows.append(["encoder in bulk, GFLOP/s", *blank, number(reached)])
    rows.append(["encoder, share of the fp32 peak", *blank, _share(reached, most["fp32"])])
    rows.append(["encoder, share of the bf16 peak", *blank, _share(reached, most["bf16"])])
    return rows


def vectors(results: Figures) -> list[list[str]]:
    """Flat and as stored."""
    rows = [["", "train + add, s", "MB", "recall@10", "p50 ms", "p95 ms"]]
    for name, own in results["vectors"].items():
        what = f"{name} ({own['index']})"
        rows.append([what, *(number(own[key]) for key in ("seconds", "disk", "recall", "p50", "p95"))])
    return rows


def number(figure: float | None) -> str:
    """Three digits that count, not more than three behind the point; whole numbers from 100 on, with commas."""
    if figure is None:
        return NOTHING
    places = next((places for least, places in ((100, 0), (10, 1), (0.1, 2)) if abs(figure) >= least), 3)
    return f"{figure:,.{places}f}"


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.0%}"


def _marked(figure: float | None, best: float) -> str:
    text = number(figure)
    return f"**{text}**" if text == number(best) else text


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    return "\n".join(_lines([head, ["---", *["---:"] * (len(head) - 1)], *body]))


def _lines(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    return (f"| {' | '.join(row)} |" for row in rows)
