"""Texts -> unit vectors, one for each text and one for each of its tokens.

Any sentence-transformers model does it: the one that ships (`shipped.py`), or another by name or folder. `openvino.py`
runs the one that ships, `pytorch.py` the others; a back end is imported when its model is loaded, not before.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from ragassist.encoder.backend import Backend, Floats, Ints, Spans, Task, Window, unit
from ragassist.encoder.shipped import Shipped

# Threads that spin while they wait slow a machine down whose cores are shared. OpenMP, of PyTorch and FAISS, reads this
# when it is first used. NumPy's products are too small to be worth the waiting.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
threadpool_limits(1, "blas")

__all__ = ["Encoded", "Encoder", "Floats", "Ints"]

SHIPPED = "multilingual-e5-small"
VARIABLE = "RAGASSIST_MODEL"
_SPANS_KEPT = 512  # a kilobyte each: the answers that one question brings are brought by the next as well
BATCH_TOKENS = 512  # measured: python tools/bench_encoder.py; a question that comes in between waits for one batch


@dataclass(frozen=True, slots=True)
class Encoded:
    """n texts as vectors.

    vectors: float32 [n, dimension], rows of unit length.
    tokens: for each text float32 [t, width], unit rows: its tokens in their context, by the model's last layer,
        centred and projected where the model ships with a projection, without prompt and special tokens.
    offsets: for each text int32 [t, 2]: the characters of the text that a token stands for; never empty or white space.
    """

    vectors: Floats
    tokens: tuple[Floats, ...]
    offsets: tuple[Ints, ...]


class Encoder:
    """A model that turns texts into vectors; `Encoder.load` makes one. Any number of threads may use it at once.

    name: what `load` takes to give this model again. dimension: of its vectors. width: of its tokens' vectors.
    fingerprint: SHA-256 of all that the vectors depend on: weights, tokenizer, prompts, pooling; the same whatever
    runs the model. engine: what does, OpenVINO or PyTorch.
    """

    def __init__(self, backend: Backend, name: str, fingerprint: str) -> None:
        self.name = name
        self.fingerprint = fingerprint
        self.engine = backend.engine
        self.dimension = backend.dimension
        self.width = backend.projection.matrix.shape[1] if backend.projection else backend.dimension
        self._backend = backend
        self.spans = functools.lru_cache(_SPANS_KEPT)(self._spans)

    @classmethod
    def load(cls, model: str | None = None) -> Encoder:
        """The encoder with this model: the name or folder of any sentence-transformers model.

        Without one, the model that RAGASSIST_MODEL names, else the one that ships with ragassist.
        Raises ModelError when it cannot be had.
        """
        name = model or os.environ.get(VARIABLE) or SHIPPED
        if name == SHIPPED:
            shipped = Shipped.open()
            return cls(_run(shipped), name, shipped.fingerprint)
        from ragassist.encoder.pytorch import load_other

        backend, fingerprint = load_other(name)
        return cls(backend, name, fingerprint)

    def passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Encoded:
        """Encode what is to be found, on all cores; progress is told, now and then, how many texts are done.

        A text longer than the model's window is read in stretches: its vector is the mean of theirs, weighted by their
        numbers of tokens. Texts that are equal are read once. The tokens of all texts are in memory at once: four bytes
        times the width for each. What progress raises stops it.
        """
        return self._encode(texts, "document", progress)

    def rest(self) -> None:
        """Let go of memory that only `passages` needs, until it is called again."""
        self._backend.rest()

    def question(self, text: str) -> Encoded:
        """Encode a question: n = 1, as fast as may be."""
        return self._encode([text], "query")

    def rarity(self, question: str) -> Floats:
        """How rare each token of a question is, as `question` gives its tokens: float32 [t], minus log probabilities.

        Where the tokenizer does not know them, ones.
        """
        ids = [window.pieces.ids[place] for window, places, _ in self._own(question, "query") for place in places]
        known = self._backend.rarity
        return np.ones(len(ids), np.float32) if known is None else known[ids]

    def _spans(self, passage: str) -> Ints:
        """The characters that each token of a passage stands for, as `passages` gives its tokens: int32 [t, 2]."""
        spans = np.concatenate([offsets + window.start for window, _, offsets in self._own(passage, "document")])
        spans.flags.writeable = False
        return spans

    def _own(self, text: str, task: Task) -> Iterator[tuple[Window, list[int], Ints]]:
        """The text's windows, with the places of its own tokens among theirs, and the offsets of these."""
        for window in self._windows(0, text, task):
            yield window, *_own_tokens(window.text, window.pieces.spans, len(self._backend.prompts[task]))

    def _encode(self, texts: Sequence[str], task: Task, progress: Callable[[int], None] | None = None) -> Encoded:
        numbers = {text: number for number, text in enumerate(dict.fromkeys(texts))}
        windows = [window for text, owner in numbers.items() for window in self._windows(owner, text, task)]
        batches = list(_batches(windows))
        vectors = np.zeros((len(numbers), self.dimension), np.float32)
        stretches: list[list[tuple[int, Floats, Ints]]] = [[] for _ in numbers]
        done = 0
        for batch, read in zip(batches, self._backend.read(batches, task), strict=True):
            for window, seen in zip(batch, read, strict=True):
                places, offsets = _own_tokens(window.text, seen.spans, len(self._backend.prompts[task]))
                vectors[window.owner] += seen.vector * window.length
                stretches[window.owner].append((window.start, self._tokens(seen.states[places]), offsets))
            done += len(batch)
            if progress:
                progress(done * len(texts) // len(windows))
        joined = [_join(parts) for parts in stretches]
        rows = [numbers[text] for text in texts]
        return Encoded(
            unit(vectors)[rows], tuple(joined[row][0] for row in rows), tuple(joined[row][1] for row in rows)
        )

    def _tokens(self, states: Floats) -> Floats:
        projection = self._backend.projection
        return projection(unit(states)) if projection else unit(states)

    def _windows(self, owner: int, text: str, task: Task, start: int = 0) -> Iterator[Window]:
        """The text, halved at a space near its middle until each stretch fits."""
        pieces = self._backend.pieces(self._backend.prompts[task] + text)
        if len(pieces.ids) <= (self._backend.window or len(pieces.ids)) or len(text) < 2:
            yield Window(owner, start, text, pieces)
            return
        middle = text.rfind(" ", 1, len(text) // 2 + 1)
        middle = middle if middle > 0 else len(text) // 2
        yield from self._windows(owner, text[:middle], task, start)
        yield from self._windows(owner, text[middle:], task, start + middle)


def _run(shipped: Shipped) -> Backend:
    """What runs the shipped model: OpenVINO, else PyTorch, which is slower and gives the same."""
    try:
        from ragassist.encoder.openvino import OpenVino

        return OpenVino(shipped)
    except (ImportError, RuntimeError):
        from ragassist.encoder.pytorch import Pipeline, load_shipped

        return Pipeline(load_shipped(shipped), shipped.projection)


def _join(stretches: list[tuple[int, Floats, Ints]]) -> tuple[Floats, Ints]:
    """The tokens of a text and their offsets in it. stretches: where each starts, its tokens, their offsets in it."""
    parts = sorted(stretches, key=lambda part: part[0])
    offsets = [offsets + np.int32(start) for start, _, offsets in parts]
    return np.concatenate([tokens for _, tokens, _ in parts]), np.concatenate(offsets)


def _own_tokens(text: str, spans: Spans, skip: int) -> tuple[list[int], Ints]:
    """The places of the text's own tokens among all, and their offsets in it.

    spans: of all tokens, from the start of a prompt of `skip` characters; special tokens and padding have (0, 0).
    """
    places, offsets = [], []
    for place, (start, end) in enumerate(spans):
        stretch = text[max(start - skip, 0) : max(end - skip, 0)]
        if stretch and not stretch.isspace():
            first = end - skip - len(stretch.lstrip())  # the space before a word belongs to its token, not to its text
            places.append(place)
            offsets.append((first, end - skip))
    return places, np.array(offsets, np.int32).reshape(-1, 2)


def _batches(windows: Sequence[Window]) -> Iterator[list[Window]]:
    """Windows of like length together, so that little is padded; the longest first."""
    batch: list[Window] = []
    for window in sorted(windows, key=lambda window: -window.length):
        if batch and batch[0].length * (len(batch) + 1) > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch
