"""Texts -> unit vectors, one for each text and one for each of its tokens.

Any sentence-transformers model does it: the one that ships (`weights.py`), or another by name or folder. PyTorch and
sentence-transformers are imported when a model is loaded, not before: that takes seconds.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ragassist.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# Read when PyTorch is imported and when a tokenizer first starts threads, so both are set before either can be. Threads
# that spin while they wait slow a machine of two shared cores down; a forked child must not need a tokenizer's threads.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
# Code that oneDNN makes for each length of text, and would keep for 1,024 of them: a megabyte for every few.
os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "64")

Floats: TypeAlias = NDArray[np.float32]
Ints: TypeAlias = NDArray[np.int32]
Task: TypeAlias = Literal["query", "document"]

SHIPPED = "multilingual-e5-small"
VARIABLE = "RAGASSIST_MODEL"
PROMPT_NAMES: dict[Task, tuple[str, ...]] = {"query": ("query",), "document": ("document", "passage", "corpus")}
# Both measured: python tools/bench_encoder.py
BATCH_TOKENS = 1024
QUESTION_THREADS = 1  # for so few tokens, handing work to a second thread takes longer than doing it


@dataclass(frozen=True, slots=True)
class Encoded:
    """n texts as vectors.

    vectors: float32 [n, dimension], rows of unit length.
    tokens: for each text float32 [t, width], unit rows: its tokens in their context, by the model's last layer,
        without prompt and special tokens; width is the dimension, unless the model projects its vectors.
    offsets: for each text int32 [t, 2]: the characters of the text that a token stands for; never empty or white space.
    """

    vectors: Floats
    tokens: tuple[Floats, ...]
    offsets: tuple[Ints, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a text that the model can take in one go; nearly every text is one window.

    owner: which text. start: where the stretch begins there. length: in tokens, those of the prompt included.
    """

    owner: int
    start: int
    text: str
    length: int


class Encoder:
    """A model that turns texts into vectors; `Encoder.load` makes one.

    name: what `load` takes to give this model again. dimension: of its vectors.
    fingerprint: SHA-256 of all that the vectors depend on: weights, tokenizer, prompts, pooling.
    """

    def __init__(self, model: SentenceTransformer, name: str, fingerprint: str) -> None:
        self.name = name
        self.fingerprint = fingerprint
        self.dimension = len(model.encode(name, show_progress_bar=False))  # and the first pass, a slow one, is made
        self.width = self.dimension
        self._model = model
        self._tokenizing = threading.Lock()  # a tokenizer holds settings (truncation, padding) that each call sets anew
        self._cores = _cores()
        self._prompts: dict[Task, str] = {task: _prompt(model, names) for task, names in PROMPT_NAMES.items()}
        tokenizer = getattr(model[0], "tokenizer", None)
        self._sees_tokens = getattr(model[0], "modalities", None) == ["text"] and getattr(tokenizer, "is_fast", False)

    @classmethod
    def load(cls, model: str | None = None) -> Encoder:
        """The encoder with this model: the name or folder of any sentence-transformers model.

        Without one, the model that RAGASSIST_MODEL names, else the one that ships with ragassist.
        Raises ModelError when it cannot be had.
        """
        name = model or os.environ.get(VARIABLE) or SHIPPED
        if name != SHIPPED:
            other = _load_other(name)
            return cls(other, name, _fingerprint(other))
        from ragassist.weights import load_shipped

        shipped, fingerprint = load_shipped()
        return cls(shipped, name, fingerprint)

    def passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Encoded:
        """Encode what is to be found, on all cores; progress is told, now and then, how many texts are done.

        A text longer than the model's window is read in stretches: its vector is the mean of theirs, weighted by their
        numbers of tokens. The tokens of all texts are in memory at once: 1.5 kB a token with the shipped model.
        """
        import torch

        torch.set_num_threads(self._cores)
        return self._encode(texts, "document", progress)

    def question(self, text: str) -> Encoded:
        """Encode a question: n = 1, as fast as may be."""
        import torch

        torch.set_num_threads(QUESTION_THREADS)
        return self._encode([text], "query")

    def rarity(self, question: str) -> Floats:
        """How rare each token of a question is, as `question` gives its tokens: float32 [t], minus log probabilities.

        A unigram tokenizer knows them from the many texts that it was made from (Kudo, ACL 2018); others give ones.
        """
        if not self._sees_tokens:
            return np.ones(1, np.float32)
        ids, _ = self._own_tokens(question, "query")
        scores = self._scores
        return np.array([-scores[id] if scores else 1.0 for id in ids], np.float32)

    def spans(self, passage: str) -> Ints:
        """The characters that each token of a passage stands for, as `passages` gives its tokens: int32 [t, 2]."""
        if not self._sees_tokens:
            return np.array([[0, len(passage)]], np.int32)
        return self._own_tokens(passage, "document")[1]

    def _own_tokens(self, text: str, task: Task) -> tuple[list[int], Ints]:
        """Ids and offsets of the tokens that `_encode` gives, window by window."""
        ids: list[int] = []
        offsets: list[Ints] = []
        for window in self._windows(0, text, task):
            with self._tokenizing:
                tokenizer = self._model.tokenizer
                seen = tokenizer(self._prompts[task] + window.text, truncation=True, return_offsets_mapping=True)
            places, own = _own_tokens(window.text, seen["offset_mapping"], len(self._prompts[task]))
            ids += [seen["input_ids"][place] for place in places]
            offsets.append(own + np.int32(window.start))
        return ids, np.concatenate(offsets)

    @functools.cached_property
    def _scores(self) -> list[float]:
        """The log probability of each piece of a unigram tokenizer, by id; empty for other tokenizers."""
        model = json.loads(self._model.tokenizer.backend_tokenizer.to_str())["model"]
        return [score for _, score in model["vocab"]] if model["type"] == "Unigram" else []

    def _encode(self, texts: Sequence[str], task: Task, progress: Callable[[int], None] | None = None) -> Encoded:
        if not self._sees_tokens:
            return self._encode_whole(texts, task)
        windows = [window for owner, text in enumerate(texts) for window in self._windows(owner, text, task)]
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        read: dict[Window, tuple[Floats, Ints]] = {}
        for batch in _batches(windows):
            for window, (vector, tokens, offsets) in zip(batch, self._read(batch, task), strict=True):
                vectors[window.owner] += vector * window.length
                read[window] = tokens, offsets + np.int32(window.start)
            if progress:
                progress(len(read) * len(texts) // len(windows))
        stretches: list[list[tuple[Floats, Ints]]] = [[] for _ in texts]
        for window in windows:
            stretches[window.owner].append(read.pop(window))
        return Encoded(
            vectors=_unit(vectors),
            tokens=tuple(np.concatenate([tokens for tokens, _ in parts]) for parts in stretches),
            offsets=tuple(np.concatenate([offsets for _, offsets in parts]) for parts in stretches),
        )

    def _windows(self, owner: int, text: str, task: Task, start: int = 0) -> Iterator[Window]:
        """The text, halved at a space near its middle until each stretch fits."""
        with self._tokenizing:
            length = len(self._model.tokenizer(self._prompts[task] + text, verbose=False)["input_ids"])
        if length <= (self._model.max_seq_length or length) or len(text) < 2:
            yield Window(owner, start, text, length)
            return
        middle = text.rfind(" ", 1, len(text) // 2 + 1)
        middle = middle if middle > 0 else len(text) // 2
        yield from self._windows(owner, text[:middle], task, start)
        yield from self._windows(owner, text[middle:], task, start + middle)

    def _read(self, windows: Sequence[Window], task: Task) -> Iterator[tuple[Floats, Floats, Ints]]:
        """Vector, tokens and offsets within the window, for each window: one forward pass gives them all."""
        import torch
        from sentence_transformers.util import batch_to_device

        prompt = self._prompts[task]
        texts = [window.text for window in windows]
        want = {"text": {"return_offsets_mapping": True}}
        with self._tokenizing:
            features = self._model.preprocess(texts, prompt=prompt or None, task=task, processing_kwargs=want)
        with torch.inference_mode():
            seen = self._model(batch_to_device(features, self._model.device), task=task)
        vectors, tokens = (seen[key].float().cpu().numpy() for key in ("sentence_embedding", "token_embeddings"))
        for text, vector, rows, spans in zip(texts, vectors, tokens, features["offset_mapping"].tolist(), strict=True):
            places, offsets = _own_tokens(text, spans, len(prompt))
            yield _unit(vector), _unit(rows[places]), offsets

    def _encode_whole(self, texts: Sequence[str], task: Task) -> Encoded:
        """For pipelines that show no tokens: each text is its own only token."""
        encode = {"query": self._model.encode_query, "document": self._model.encode_document}[task]
        rows = np.asarray(encode(list(texts), show_progress_bar=False), np.float32)
        vectors = _unit(rows.reshape(-1, self.dimension))
        offsets = tuple(np.array([[0, len(text)]], np.int32) for text in texts)
        return Encoded(vectors, tuple(vector[None] for vector in vectors), offsets)


def _own_tokens(text: str, spans: Sequence[tuple[int, int]], skip: int) -> tuple[list[int], Ints]:
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


def _unit(rows: Floats) -> Floats:
    """The same rows at unit length; a row of zeros stays as it is."""
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    unit: Floats = (rows / np.maximum(lengths, 1e-12)).astype(np.float32, copy=False)
    return unit


def _prompt(model: SentenceTransformer, names: Sequence[str]) -> str:
    """The first of these prompts that the model has, else its default prompt, else none."""
    found = (model.prompts.get(name) for name in (*names, model.default_prompt_name or ""))
    return next((prompt for prompt in found if prompt), "")


@functools.cache
def _cores() -> int:
    """The threads PyTorch would use by itself; asked once, before a question sets another number."""
    import torch

    return torch.get_num_threads()


def _load_other(name: str) -> SentenceTransformer:
    """A model by folder or by name; one that was fetched before is not asked for again, so it works offline."""
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer

    folder = False
    try:
        folder = Path(name).is_dir()
        try:
            return SentenceTransformer(name, local_files_only=True)
        except OSError:
            if folder:
                raise
            return SentenceTransformer(name)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, ImportError, SafetensorError) as error:
        reason = "there is no such folder, and huggingface.co gave no such model"
        if folder:
            reason = f"the folder holds none that works ({' '.join(str(error).split('. ')[0].split())})"
        raise ModelError(f"The embedding model {name} cannot be loaded: {reason}.") from error


def _fingerprint(model: SentenceTransformer) -> str:
    """SHA-256 of the model's layout, prompts, tokenizer and weights."""
    import torch

    digest = hashlib.sha256(repr(model).encode())
    digest.update(json.dumps([model.prompts, model.default_prompt_name, model.max_seq_length], sort_keys=True).encode())
    backend = getattr(getattr(model[0], "tokenizer", None), "backend_tokenizer", None)
    digest.update(backend.to_str().encode() if backend else b"")
    for name, tensor in model.state_dict().items():
        digest.update(name.encode())
        digest.update(tensor.cpu().contiguous().flatten().view(torch.uint8).numpy())
    return digest.hexdigest()
