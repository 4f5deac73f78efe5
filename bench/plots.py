"""Growth curves: `python -m bench.plots results.json growth.svg`, in the peers' environment, which has matplotlib."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot

from bench.engines import MODULES
from bench.tables import MEASURES

CURVES = {
    "a question, p50 ms": "a question in a running process, p50, ms",
    "index from given vectors, passages/s": "index from given vectors, passages/s",
    "index on the disk, MB": "index on the disk, MB",
    "memory while asked, MB": "memory while asked, MB",
    "one paper more, s": "one paper more, s",
    "start to first answer, s": "start to first answer, s",
}


def main() -> None:
    """Draw every measure of CURVES against the number of papers, both axes logarithmic."""
    source, target = map(Path, sys.argv[1:])
    results: dict[str, Any] = json.loads(source.read_text("utf-8"))
    mpl.rcParams |= {"svg.hashsalt": "bench", "svg.fonttype": "none", "font.size": 9, "font.family": "sans-serif"}
    figure, axes = pyplot.subplots(2, 3, figsize=(12, 6.4), layout="constrained")
    for panel, (what, title) in zip(axes.flat, CURVES.items(), strict=True):
        (measure,) = (measure for measure in MEASURES if measure.what == what)
        for name in MODULES:
            points = [
                (int(papers), value)
                for papers, size in results["sizes"].items()
                if (value := measure.of(size["engines"].get(name, {}))) is not None
            ]
            if points:
                panel.plot(*zip(*points, strict=True), marker="o", markersize=4, label=name)
        panel.set(title=title, xlabel="papers", xscale="log", yscale="log")
        panel.grid(which="major", alpha=0.3)
    handles, labels = axes.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), frameon=False)
    figure.savefig(target, metadata={"Date": None})


if __name__ == "__main__":
    main()
