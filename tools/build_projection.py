"""Learn how the tokens of Dutch parliamentary papers are told apart with fewer numbers, and ship that with the model.

    python tools/build_projection.py

Learns from the passages of the papers that we invented in `eval/papers/` and `tests/papers/`; no text of `corpus/` or
`eval/genres/`, whose questions measure the answers, is among them. Writes `projection.safetensors` into
`src/ragassist/model/`: `mean`, the mean token, and `matrix`, the principal axes of what is left when it is taken off,
each token counted by what a question's token like it weighs in ranking (`fusion.py`). Run again, on another processor
too, it writes the same but for the last digits. `python tools/build_model.py` comes first: it writes the rest.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
from safetensors.numpy import save

from ragassist import Encoder
from ragassist.encoder import SHIPPED, Floats
from ragassist.encoder.backend import unit
from ragassist.encoder.openvino import OpenVino
from ragassist.encoder.shipped import FOLDER, PROJECTION, SUMS, Shipped
from ragassist.exchanges import find_exchanges
from ragassist.formats import parse
from ragassist.fusion import COMMON, LEAST
from ragassist.passages import split

ROOT = Path(__file__).resolve().parent.parent
PAPERS = ("eval/papers/*.txt", "tests/papers/xml/*.xml", "tests/papers/vlos/*.xml")
# 128, 192 and 256 numbers of 2 to 4 bits find fewer right answers, 384 no more: python tools/fit.py compares
WIDTH = 320


def passages() -> list[str]:
    """Every passage of the papers, once."""
    texts: dict[str, None] = {}
    for path in sorted(path for pattern in PAPERS for path in ROOT.glob(pattern)):
        document = parse(path.name, path.read_bytes())
        texts.update(dict.fromkeys(passage.text for passage in split(document, find_exchanges(document))))
    return list(texts)


def principal(tokens: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """The mean token, float32 [dimension], and the principal axes around it, [dimension, WIDTH].

    tokens: float32 [n, dimension], unit rows. weights: float32 [n].
    """
    mean = tokens.mean(axis=0, dtype=np.float64).astype(np.float32)
    around = unit(tokens - mean).astype(np.float64)
    _, axes = np.linalg.eigh((around * weights[:, None]).T @ around)  # the least telling first
    axes = axes[:, : -WIDTH - 1 : -1]
    signs = np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(WIDTH)])  # which way an axis points is chance
    return mean, np.ascontiguousarray(axes * signs, np.float32)


def main() -> None:
    """Encode, learn, write."""
    shipped = replace(Shipped.open(), projection=None)
    encoder = Encoder(OpenVino(shipped), SHIPPED, shipped.fingerprint)
    texts = passages()
    weights = np.maximum(LEAST, np.concatenate([encoder.rarity(text) for text in texts]) - COMMON)
    mean, matrix = principal(np.concatenate(encoder.passages(texts).tokens), weights)
    (FOLDER / PROJECTION).write_bytes(save({"mean": mean, "matrix": matrix}))
    before = (FOLDER / SUMS).read_text("utf-8")
    lines = [line for line in before.splitlines(keepends=True) if PROJECTION not in line]
    digest = hashlib.sha256((FOLDER / PROJECTION).read_bytes()).hexdigest()
    after = "".join([*lines, f"{digest}  {PROJECTION}\n"])
    card = (FOLDER / "README.md").read_text("utf-8")
    (FOLDER / "README.md").write_text(card.replace(before, after), "utf-8")
    (FOLDER / SUMS).write_text(after, "utf-8")
    print(f"{len(texts)} passages, {len(weights):,} tokens -> {FOLDER / PROJECTION}")


if __name__ == "__main__":
    main()
