"""What a back end is: a model that reads stretches of text, batch by batch. Encoder makes vectors of what it gives."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

Floats: TypeAlias = NDArray[np.float32]
Ints: TypeAlias = NDArray[np.int32]
Spans: TypeAlias = Sequence[tuple[int, int]]
Task: TypeAlias = Literal["query", "document"]


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text as the model's tokens, special ones included.

    ids: numbers of the tokens in the vocabulary. spans: for each the characters it stands for, (0, 0) for special ones.
    """

    ids: Sequence[int]
    spans: Spans


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a text that the model can take in one go; nearly every text is one window.

    owner: which text. start: where the stretch begins there. pieces: of the prompt and the stretch.
    """

    owner: int
    start: int
    text: str
    pieces: Pieces

    @property
    def length(self) -> int:
        """In tokens, those of the prompt included."""
        return len(self.pieces.ids)


@dataclass(frozen=True, slots=True)
class Read:
    """What a model makes of a window.

    vector: float32 [dimension], of unit length. states: float32 [t, dimension], its last layer, a row for each token,
    prompt and special ones included. spans: of these tokens, from the start of the prompt.
    """

    vector: Floats
    states: Floats
    spans: Spans


@dataclass(frozen=True, slots=True)
class Projection:
    """What makes tokens tell more with fewer numbers: what all have in common is taken off, then the rest is turned.

    mean: float32 [dimension], of unit tokens. matrix: float32 [dimension, width].
    """

    mean: Floats
    matrix: Floats

    def __call__(self, tokens: Floats) -> Floats:
        """The same tokens in fewer dimensions. tokens: float32 [t, dimension], unit rows. Returns [t, width]."""
        return unit((tokens - self.mean) @ self.matrix)


class Backend(Protocol):
    """A model that can be run; what differs between OpenVINO and PyTorch.

    engine: what runs it. window: tokens that it takes in one go, None where it has no bound. prompts: what stands
    before a text. pieces: the tokens of a text that has its prompt before it; nothing is cut off. rarity: float32
    [vocabulary], minus the log probability of each token, where the tokenizer knows it. projection: of its tokens.
    """

    engine: str
    dimension: int
    window: int | None
    prompts: Mapping[Task, str]
    pieces: Callable[[str], Pieces]
    rarity: Floats | None
    projection: Projection | None

    def read(self, batches: Iterable[Sequence[Window]], task: Task) -> Iterator[list[Read]]:
        """What the model makes of the windows of each batch, in order; may be several batches ahead."""
        ...

    def rest(self) -> None:
        """Let go of what only documents need, until they come again; nothing, unless a back end says otherwise."""
        return  # or else this would be abstract


def unit(rows: NDArray[np.floating]) -> Floats:
    """The same rows at unit length; a row of zeros stays as it is."""
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    scaled: Floats = (rows / np.maximum(lengths, 1e-12)).astype(np.float32, copy=False)
    return scaled
