"""The vectors of made papers: each sentence is encoded once, a passage's vectors are put together from its sentences'.

A passage's vector is the mean of its sentences' with noise, as much of it as sets the vectors of real passages apart
from the mean of their sentences'; its tokens are its sentences' tokens, one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.papers import SEED, Longs, Made, material, real_passages
from ragassist.dutch import sentences
from ragassist.encoder import Encoded, Encoder, Floats
from ragassist.index import Source, Stored

SAMPLE = 200  # real passages from which the noise is measured


@dataclass(frozen=True, slots=True, eq=False)
class Encodings:
    """Texts, encoded.

    places: where each text stands. vectors: float32 [n, dimension]. tokens: float32 [t, width], those of all texts.
    starts: int64 [n + 1], where the tokens of each begin. noise: length of what is added to a mean of unit length.
    """

    places: dict[str, int]
    vectors: Floats
    tokens: Floats
    starts: Longs
    noise: float

    @classmethod
    def make(cls, encoder: Encoder, papers: Iterable[Made]) -> Encodings:
        """Encode all sentences, and the openings of these papers."""
        opening = {p.text for made in papers for p, picks in zip(made.passages, made.picks, strict=True) if not picks}
        texts = [*material().sentences, *sorted(opening)]
        encoded = encoder.passages(texts)
        starts = np.cumsum([0, *map(len, encoded.tokens)])
        return cls(
            dict(zip(texts, range(len(texts)), strict=True)),
            encoded.vectors,
            np.concatenate(encoded.tokens),
            starts,
            _noise(encoder),
        )

    def save(self, path: Path) -> None:
        """Write them to a file that `load` reads."""
        texts = np.array(list(self.places))
        with path.open("wb") as file:
            np.savez(file, texts=texts, vectors=self.vectors, tokens=self.tokens, starts=self.starts, noise=self.noise)

    @classmethod
    def load(cls, path: Path) -> Encodings:
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as file:
            texts = file["texts"].tolist()
            places = dict(zip(texts, range(len(texts)), strict=True))
            return cls(places, file["vectors"], file["tokens"], file["starts"], float(file["noise"]))

    def picks_of(self, made: Made) -> Iterator[tuple[int, ...]]:
        """For each passage of a paper, the texts that it is made of."""
        for passage, picks in zip(made.passages, made.picks, strict=True):
            yield picks or (self.places[passage.text],)

    def passages(self, picks: Sequence[tuple[int, ...]], seed: int) -> Floats:
        """A vector for each passage, float32 [n, dimension], rows of unit length."""
        flat = np.concatenate([np.array(own) for own in picks])
        ends = np.cumsum([len(own) for own in picks])
        means = np.add.reduceat(self.vectors[flat], np.concatenate([[0], ends[:-1]]), axis=0)
        means /= np.linalg.norm(means, axis=1, keepdims=True)
        rng = np.random.default_rng((SEED, seed))
        noise = rng.standard_normal(means.shape, dtype=np.float32)
        means += noise * (self.noise / np.sqrt(means.shape[1]))
        means /= np.linalg.norm(means, axis=1, keepdims=True)
        vectors: Floats = means
        return vectors

    def tokens_of(self, picks: tuple[int, ...]) -> Floats:
        """The tokens of one passage, float32 [t, width]."""
        return np.concatenate([self.tokens[self.starts[pick] : self.starts[pick + 1]] for pick in picks])

    def stored(self, papers: Iterable[Made], together: int = 500) -> Iterator[Stored]:
        """Papers ready to store, as many at a time as are quick to make and small to hold."""
        for seed, group in enumerate(_groups(papers, together)):
            picks = [list(self.picks_of(made)) for made in group]
            vectors = self.passages([own for each in picks for own in each], seed)
            first = 0
            for made, own in zip(group, picks, strict=True):
                tokens = tuple(self.tokens_of(pick) for pick in own)
                rows = vectors[first : first + len(own)]
                yield Stored(made.document, made.exchanges, made.passages, rows, tokens, _source(made))
                first += len(own)


class Given:
    """In the place of an encoder: the vectors of made passages, by their texts. It costs a look-up and no reckoning."""

    def __init__(self, encoder: Encoder, encodings: Encodings, papers: Iterable[Made]) -> None:
        self.name, self.fingerprint, self.dimension = encoder.name, encoder.fingerprint, encoder.dimension
        self.width = encodings.tokens.shape[1]
        self._encodings = encodings
        self._picks = {
            passage.text: picks
            for made in papers
            for passage, picks in zip(made.passages, encodings.picks_of(made), strict=True)
        }
        self._seed = 0

    def passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Encoded:
        """As `Encoder.passages` does."""
        picks = [self._picks[text] for text in texts]
        if not picks:
            empty = np.zeros((0, self.dimension), np.float32)
            return Encoded(empty, (), ())
        self._seed += 1
        tokens = tuple(self._encodings.tokens_of(own) for own in picks)
        places = tuple(np.zeros((len(rows), 2), np.int32) for rows in tokens)
        return Encoded(self._encodings.passages(picks, self._seed), tokens, places)


def _noise(encoder: Encoder) -> float:
    """How far the vectors of real passages lie from the mean of their sentences' vectors."""
    rng = np.random.default_rng(SEED)
    several = [text for text in real_passages() if len(list(sentences(text))) > 1]
    sample = [several[at] for at in rng.choice(len(several), SAMPLE, replace=False)]
    parts = [[text[start:end] for start, end in sentences(text)] for text in sample]
    vectors = encoder.passages([part for own in parts for part in own]).vectors
    ends = np.cumsum([len(own) for own in parts])
    means = np.add.reduceat(vectors, np.concatenate([[0], ends[:-1]]), axis=0)
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    cosine = float(np.median((means * encoder.passages(sample).vectors).sum(axis=1)))
    return float(np.sqrt(1 / cosine**2 - 1))


def _source(made: Made) -> Source:
    return Source(made.document.id, f"{made.document.id}.xml", "0" * 64, made.document.id)


def _groups(papers: Iterable[Made], together: int) -> Iterator[list[Made]]:
    group: list[Made] = []
    for made in papers:
        group.append(made)
        if len(group) == together:
            yield group
            group = []
    if group:
        yield group
