"""The model that ships: Latin text is segmented as by the whole tokenizer, vectors are the untrimmed model's.

`golden_model.jsonl` is written by `tools/build_model.py` from the whole model.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load, save
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

from build_model import bert_name, kept, trim
from ragassist.encoder import Encoder, Floats, openvino
from ragassist.encoder import shipped as module
from ragassist.encoder.backend import Backend
from ragassist.encoder.pytorch import Pipeline, load_shipped
from ragassist.encoder.shipped import Shipped
from ragassist.errors import ModelError

ROOT = Path(__file__).resolve().parent.parent
LINES = (ROOT / "tests" / "golden_model.jsonl").read_text(encoding="utf-8").splitlines()
# What Dutch, English, German, French and Frisian are written with, and what papers have besides.
LATIN = st.text(
    st.sampled_from(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 "
        "áàâäéèêëíîïóôöúùûüçñœæßÁÀÂÄÉÈÊËÍÎÏÓÔÖÚÙÛÜÇÑŒÆijĳ.,:;!?'\"()[]/-–—…«»‘’“”„€£%§°&+=*²³½μ"
    )
)


@cache
def golden() -> list[dict[str, Any]]:
    return [json.loads(line) for line in LINES]


def vector(line: dict[str, Any]) -> Floats:
    return np.frombuffer(base64.b64decode(line["vector"]), "<f2").astype(np.float32)


def cosines(made: Floats, lines: list[dict[str, Any]]) -> Floats:
    """Between vectors that were made of the golden passages and the golden ones; float16 costs less than 1e-6."""
    true = np.stack([vector(line) for line in lines])
    result: Floats = (made * true).sum(axis=1) / np.linalg.norm(true, axis=1)
    return result


@pytest.fixture(scope="module")
def shipped() -> SentenceTransformer:
    return load_shipped(Shipped.open())


def test_golden_file_has_what_it_should() -> None:
    assert len(golden()) > 200
    assert sum("vector" in line for line in golden()) >= 40


def test_latin_text_is_segmented_as_by_the_whole_tokenizer(shipped: SentenceTransformer) -> None:
    backend = shipped.tokenizer.backend_tokenizer
    for line in golden():
        assert backend.encode(line["text"], add_special_tokens=False).tokens == line["pieces"]


def test_vectors_are_those_of_the_untrimmed_model(encoder: Encoder, shipped: SentenceTransformer) -> None:
    lines = [line for line in golden() if "vector" in line]
    texts = [line["text"] for line in lines]
    made = shipped.encode(texts, prompt_name="document", show_progress_bar=False)
    assert cosines(made, lines).min() > 0.99999
    assert cosines(encoder.passages(texts).vectors, lines).min() > 0.9999


@pytest.mark.parametrize("precision", ["bf16", "f32"])
def test_processors_with_and_without_bfloat16_make_the_same_vectors(
    precision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openvino, "_precision", lambda core: precision)
    model = Encoder.load()
    assert model.engine == "OpenVINO"
    lines = [line for line in golden() if "vector" in line][:8]
    assert cosines(model.passages([line["text"] for line in lines]).vectors, lines).min() > 0.9999


@given(text=LATIN)
def test_no_latin_text_meets_an_unknown_piece(shipped: SentenceTransformer, text: str) -> None:
    encoding = shipped.tokenizer.backend_tokenizer.encode(text, add_special_tokens=False)
    assert "<unk>" not in encoding.tokens
    covered = {place for start, end in encoding.offsets for place in range(start, end)}
    assert all(text[place].isspace() for place in range(len(text)) if place not in covered)


def test_it_is_an_ordinary_sentence_transformer(shipped: SentenceTransformer) -> None:
    transformer, pooling, normalize = shipped
    assert isinstance(transformer, Transformer)
    assert isinstance(pooling, Pooling)
    assert pooling.pooling_mode == "mean"
    assert isinstance(normalize, Normalize)
    assert shipped.prompts == {"query": "query: ", "document": "passage: "}
    assert shipped.max_seq_length == 512
    assert shipped.get_embedding_dimension() == 384
    assert not shipped.training


def test_unpack_undoes_four_bits() -> None:
    numbers = np.arange(16, dtype=np.uint8)
    nibbles = (numbers * 16 + 15 - numbers).reshape(1, 1, 16)
    row = module.unpack(nibbles, np.array([[0.5]], np.float16))
    assert row.tolist() == [[(7 - i) / 2 for i in range(16)] + [(i - 8) / 2 for i in range(16)]]


# The files of the folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for file in module.FOLDER.iterdir():
        (tmp_path / file.name).symlink_to(file)
    return tmp_path


@pytest.mark.parametrize("name", [*module.SUMMED, module.SUMS])
def test_a_damaged_file_is_noticed(folder: Path, name: str) -> None:
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / name).unlink()
    (folder / name).write_bytes(data)
    with pytest.raises(ModelError, match=r"is damaged \(SHA256SUMS tells\)\. Install ragassist again\.$"):
        Shipped.open(folder)


@pytest.mark.parametrize("name", [*module.SUMMED, module.SUMS])
def test_a_missing_file_is_noticed(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match=rf"cannot be read \(.*{name}.*\)\. Install ragassist again\.$"):
        Shipped.open(folder)


def test_the_card_lists_the_files_as_they_are() -> None:
    card = (module.FOLDER / "README.md").read_text(encoding="utf-8")
    for name in module.SUMMED:
        assert f"{hashlib.sha256((module.FOLDER / name).read_bytes()).hexdigest()}  {name}\n" in card
    assert "MIT License" in (module.FOLDER / "LICENSE").read_text(encoding="utf-8")
    assert "multilingual-e5-small" in (ROOT / "NOTICE").read_text(encoding="utf-8")


# What the script keeps


@pytest.mark.parametrize(
    "piece", ["▁de", "ß", "Œ", "▁1", "…", "«", "€", "▁\uf0b7", "\u0301", "👍", "▁μ", "Σ", "▁", "\u02bc"]
)
def test_latin_pieces_are_kept(piece: str) -> None:
    assert kept(piece)


@pytest.mark.parametrize("piece", ["▁и", "αβ", "中", "ा", "ال", "aи"])
def test_pieces_of_other_scripts_are_not(piece: str) -> None:
    assert not kept(piece)


def test_trimming_keeps_order_and_special_tokens() -> None:
    whole = {
        "added_tokens": [{"id": 0, "content": "<s>"}, {"id": 4, "content": "<маска>"}],
        "model": {"type": "Unigram", "vocab": [["<s>", 0.0], ["a", -1.0], ["и", -2.0], ["b", -3.0], ["<маска>", 0.0]]},
    }
    small, rows = trim(whole)
    assert rows == [0, 1, 3, 4]
    assert [piece for piece, _ in small["model"]["vocab"]] == ["<s>", "a", "b", "<маска>"]
    assert [token["id"] for token in small["added_tokens"]] == [0, 3]


@pytest.mark.parametrize(
    ("packed", "bert"),
    [
        ("emb.word", "embeddings.word_embeddings"),
        ("emb.pos", "embeddings.position_embeddings.weight"),
        ("emb.ln.b", "embeddings.LayerNorm.bias"),
        ("l11.aln.w", "encoder.layer.11.attention.output.LayerNorm.weight"),
        ("l0.fo.b", "encoder.layer.0.output.dense.bias"),
    ],
)
def test_tensors_get_the_names_that_transformers_knows(packed: str, bert: str) -> None:
    assert bert_name(packed) == bert


# A process of its own

ALONE = """
import sys
import ragassist.encoder
heavy = {"openvino", "tokenizers", "torch", "transformers", "sentence_transformers"}
assert not heavy & set(sys.modules), f"importing the encoder imports {heavy & set(sys.modules)}"

import socket
asked = []
def refuse(*args, **kwargs):
    asked.append(args)
    raise OSError
socket.getaddrinfo = socket.socket.connect = refuse

encoder = ragassist.encoder.Encoder.load()
print(encoder.name, encoder.fingerprint, encoder.question("Werkt dit ook zonder netwerk?").vectors.shape)
import threading
for thread in threading.enumerate():
    if thread is not threading.current_thread():
        thread.join(5)
assert not asked, f"asks the network for {asked}"
heavy -= {"openvino", "tokenizers"}
assert not heavy & set(sys.modules), f"answering imports {heavy & set(sys.modules)}"
"""


def test_it_loads_without_network_and_pytorch_and_leaves_no_trace(encoder: Encoder, tmp_path: Path) -> None:
    unwanted = ("CI", "HF_HUB_OFFLINE", "RAGASSIST_MODEL")  # OpenVINO does not report where CI is set
    environment = {key: value for key, value in os.environ.items() if key not in unwanted} | {"HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", ALONE], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"multilingual-e5-small {encoder.fingerprint} (1, 384)\n"
    assert done.stderr == ""
    assert not list(tmp_path.iterdir())  # OpenVINO keeps the number by which it reports a user in the home folder


# What runs it


def test_pytorch_stands_in_where_openvino_cannot_be_imported(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ragassist.encoder.openvino", None)
    assert_the_same_by_pytorch(encoder)


def test_pytorch_stands_in_where_openvino_cannot_compile(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openvino, "_precision", lambda core: "f80")  # which OpenVINO refuses
    assert_the_same_by_pytorch(encoder)


def assert_the_same_by_pytorch(encoder: Encoder) -> None:
    other = Encoder.load()
    assert other.engine == "PyTorch"
    assert (other.name, other.fingerprint) == (encoder.name, encoder.fingerprint)
    assert (other.dimension, other.width) == (encoder.dimension, encoder.width)
    question = "Wie controleert dat?"
    assert other.question(question).vectors[0] @ encoder.question(question).vectors[0] > 0.999


@pytest.fixture
def projected(folder: Path) -> Path:
    """The model with a projection of its tokens to 48 numbers."""
    random = np.random.default_rng(1)
    tensors = {"mean": random.normal(0, 0.02, 384), "matrix": random.normal(0, 1, (384, 48))}
    (folder / module.PROJECTION).unlink(missing_ok=True)
    (folder / module.PROJECTION).write_bytes(save({name: rows.astype("<f4") for name, rows in tensors.items()}))
    sums = [line for line in (folder / module.SUMS).read_text().splitlines(True) if module.PROJECTION not in line]
    digest = hashlib.sha256((folder / module.PROJECTION).read_bytes()).hexdigest()
    (folder / module.SUMS).unlink()
    (folder / module.SUMS).write_text("".join([*sums, f"{digest}  {module.PROJECTION}\n"]))
    return folder


@pytest.mark.parametrize("engine", ["OpenVINO", "PyTorch"])
def test_tokens_are_centred_and_projected_where_the_model_tells_how(projected: Path, engine: str) -> None:
    model = Shipped.open(projected)
    plain = replace(model, projection=None)
    backends: dict[str, Callable[[Shipped], Backend]] = {
        "OpenVINO": openvino.OpenVino,
        "PyTorch": lambda shipped: Pipeline(load_shipped(shipped), shipped.projection),
    }
    fewer, whole = (Encoder(backends[engine](shipped), "", "") for shipped in (model, plain))
    assert (fewer.dimension, fewer.width, whole.width) == (384, 48, 384)
    ours, theirs = (encoder.passages(["Wie controleert dat?"]) for encoder in (fewer, whole))
    assert (ours.vectors == theirs.vectors).all()
    file = load((projected / module.PROJECTION).read_bytes())
    expected = (theirs.tokens[0] - file["mean"]) @ file["matrix"]
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(ours.tokens[0], expected, atol=1e-5)


def test_a_projection_is_part_of_the_fingerprint_and_is_checked(projected: Path) -> None:
    model = Shipped.open(projected)
    assert model.fingerprint != Shipped.open().fingerprint
    data = bytearray((projected / module.PROJECTION).read_bytes())
    data[-1] ^= 1
    (projected / module.PROJECTION).write_bytes(data)
    with pytest.raises(ModelError, match="is damaged"):
        Shipped.open(projected)
