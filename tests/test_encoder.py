"""Texts become unit vectors, theirs and their tokens', with the shipped model and with any other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, StaticEmbedding, Transformer
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from ragassist import encoder as module
from ragassist.encoder import Encoded, Encoder
from ragassist.encoder.backend import Pieces, Window
from ragassist.encoder.pytorch import Pipeline, load_shipped
from ragassist.encoder.shipped import Shipped
from ragassist.errors import ModelError

TEXTS = (
    "De Minister deelt deze zorg en informeert de Kamer vóór de zomer.",
    "Voor zzp’ers geldt een overgangsregeling; zie https://www.voorbeeld.nl/regeling?nr=7.",
    "Ja.",
    "Huishoudens met een inkomen tot € 1.250,- per maand « vallen » …  eronder. " * 6,
    "Was unternimmt die Regierung gegen Armut trotz Arbeit?",
)


def assert_sound(encoded: Encoded, texts: tuple[str, ...]) -> None:
    """Every row of unit length and every token a stretch of its text, in order."""
    assert encoded.vectors.shape[0] == len(encoded.tokens) == len(encoded.offsets) == len(texts)
    np.testing.assert_allclose(np.linalg.norm(encoded.vectors, axis=1), 1, atol=1e-5)
    for text, tokens, offsets in zip(texts, encoded.tokens, encoded.offsets, strict=True):
        assert len(tokens) == len(offsets)
        assert tokens.dtype == np.float32
        assert offsets.dtype == np.int32
        np.testing.assert_allclose(np.linalg.norm(tokens, axis=1), 1, atol=1e-5)
        assert (np.diff(offsets[:, 0]) >= 0).all()
        for start, end in offsets:
            assert text[start:end].strip()
            assert not text[start].isspace()


# The shipped model


@pytest.fixture(scope="module")
def itself() -> SentenceTransformer:
    """The shipped model by sentence-transformers alone."""
    return load_shipped(Shipped.open())


@pytest.fixture(scope="module")
def on_pytorch(itself: SentenceTransformer) -> Encoder:
    shipped = Shipped.open()
    return Encoder(Pipeline(itself, shipped.projection), module.SHIPPED, shipped.fingerprint)


LONG = " ".join(f"Alinea {i} gaat over de positie van werknemers in sector {i}." for i in range(110))
ODD = ("", " ", "\n\t", "…", "\0", "中文", "👍🏽", "e\u0301", "ﷺ", "\u202e.", "X7q" * 600, "\u0634" * 700)


def test_what_bulk_needs_is_let_go_of_and_made_again(on_pytorch: Encoder) -> None:
    for encoder in (Encoder.load(), on_pytorch):
        before = encoder.passages(TEXTS)
        held = set(vars(encoder._backend))
        encoder.rest()
        assert len(held - set(vars(encoder._backend))) == (encoder.engine == "OpenVINO")
        assert np.array_equal(encoder.question(TEXTS[0]).vectors, encoder.question(TEXTS[0]).vectors)
        assert np.array_equal(encoder.passages(TEXTS).vectors, before.vectors)


def test_openvino_and_pytorch_give_the_same(encoder: Encoder, on_pytorch: Encoder) -> None:
    texts = (*TEXTS, *ODD, LONG)
    assert (encoder.engine, on_pytorch.engine) == ("OpenVINO", "PyTorch")
    for fast, slow in [
        (encoder.passages(texts), on_pytorch.passages(texts)),
        *((encoder.question(text), on_pytorch.question(text)) for text in texts),
    ]:
        assert (fast.vectors * slow.vectors).sum(axis=1).min() > 0.9999
        for ours, theirs, places, same in zip(fast.tokens, slow.tokens, fast.offsets, slow.offsets, strict=True):
            assert (places == same).all()
            assert (ours * theirs).sum(axis=1).min(initial=1) > 0.999
    for text in texts:
        assert (encoder.rarity(text) == on_pytorch.rarity(text)).all()
        assert (encoder.spans(text) == on_pytorch.spans(text)).all()


def test_vectors_are_those_of_the_model_itself(encoder: Encoder, itself: SentenceTransformer) -> None:
    encoded = encoder.passages(TEXTS)
    assert_sound(encoded, TEXTS)
    assert encoded.vectors.dtype == np.float32
    made = itself.encode(list(TEXTS), prompt_name="document", show_progress_bar=False)
    assert (encoded.vectors * made).sum(axis=1).min() > 0.9999


def test_a_question_has_the_prompt_of_questions(encoder: Encoder, itself: SentenceTransformer) -> None:
    encoded = encoder.question(TEXTS[4])
    assert_sound(encoded, TEXTS[4:])
    made = itself.encode([TEXTS[4]], prompt_name="query", show_progress_bar=False)
    assert encoded.vectors[0] @ made[0] > 0.9999
    assert encoded.vectors[0] @ encoder.passages(TEXTS[4:]).vectors[0] < 0.999


def test_tokens_stand_for_what_is_written(encoder: Encoder) -> None:
    text = "Zij vragen:  hoeveel  kost dat?"
    (offsets,) = encoder.question(text).offsets
    assert [text[start:end] for start, end in offsets] == ["Zij", "vragen", ":", "hoeveel", "kost", "dat", "?"]


def test_tokens_are_the_last_layer_without_prompt_and_special_tokens(
    encoder: Encoder, itself: SentenceTransformer
) -> None:
    text = "Hoeveel kost dat?"
    rows = itself.encode(f"query: {text}", output_value="token_embeddings", show_progress_bar=False)
    pieces = itself.tokenizer.tokenize(f"query: {text}")
    own = rows[1:-1][pieces.index(":") + 1 :].float().numpy()  # after <s> que ry :, before </s>
    own /= np.linalg.norm(own, axis=1, keepdims=True)
    projection = Shipped.open().projection
    own = projection(own) if projection else own
    assert (encoder.question(text).tokens[0] * own).sum(axis=1).min() > 0.999


def test_the_same_question_gives_the_same_bits(encoder: Encoder) -> None:
    one, two = encoder.question(TEXTS[0]), encoder.question(TEXTS[0])
    assert one.vectors.tobytes() == two.vectors.tobytes()
    assert one.tokens[0].tobytes() == two.tokens[0].tobytes()


def test_a_text_is_not_changed_by_its_neighbours(encoder: Encoder) -> None:
    together = encoder.passages(TEXTS)
    for i, text in enumerate(TEXTS):
        alone = encoder.passages([text])
        assert together.vectors[i] @ alone.vectors[0] > 0.99999
        assert (together.tokens[i] * alone.tokens[0]).sum(axis=1).min() > 0.999
        assert (together.offsets[i] == alone.offsets[0]).all()


def test_questions_may_be_asked_at_once(encoder: Encoder) -> None:
    questions = [" ".join([TEXTS[i % 5], TEXTS[3]][: 1 + i % 2]) for i in range(16)]
    one_by_one = [encoder.question(question).vectors[0] for question in questions]
    with ThreadPoolExecutor(4) as pool:
        at_once = [encoded.vectors[0] for encoded in pool.map(encoder.question, questions)]
    assert min(float(a @ b) for a, b in zip(one_by_one, at_once, strict=True)) > 0.9999


def test_a_long_text_is_read_to_its_end(encoder: Encoder) -> None:
    text = LONG
    encoded = encoder.passages([text, TEXTS[0]])
    assert_sound(encoded, (text, TEXTS[0]))
    (offsets, _) = encoded.offsets
    assert len(offsets) > 3 * 512
    covered = {place for start, end in offsets for place in range(start, end)}
    assert all(text[place] == " " for place in range(len(text)) if place not in covered)
    windows = list(encoder._windows(0, text, "document"))
    assert "".join(window.text for window in windows) == text
    parts = encoder.passages([window.text for window in windows]).vectors
    mean = (parts * np.array([[window.length] for window in windows])).sum(axis=0)
    assert encoded.vectors[0] @ mean / np.linalg.norm(mean) > 0.9999


def test_a_long_word_is_cut(encoder: Encoder) -> None:
    text = "X7q" * 600
    encoded = encoder.passages([text])
    assert_sound(encoded, (text,))
    assert encoded.offsets[0][-1][1] == len(text)


@pytest.mark.parametrize("text", ODD)
def test_any_text_has_a_vector(encoder: Encoder, text: str) -> None:
    assert_sound(encoder.passages([text]), (text,))


def test_nothing_gives_nothing(encoder: Encoder) -> None:
    encoded = encoder.passages([])
    assert encoded.vectors.shape == (0, encoder.dimension) == (0, 384)
    assert (encoded.tokens, encoded.offsets) == ((), ())


def test_progress_rises_to_the_number_of_texts(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH_TOKENS", 40)
    seen: list[int] = []
    encoder.passages(TEXTS, seen.append)
    assert seen == sorted(seen)
    assert len(seen) > 2
    assert seen[-1] == len(TEXTS)


def test_what_progress_raises_stops_it_and_the_encoder_goes_on(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH_TOKENS", 40)
    told: list[int] = []

    def stop(done: int) -> None:
        told.append(done)
        raise InterruptedError

    before = encoder.passages(TEXTS)
    with pytest.raises(InterruptedError):
        encoder.passages(TEXTS, stop)
    assert len(told) == 1
    assert (encoder.passages(TEXTS).vectors == before.vectors).all()


def test_texts_that_are_equal_are_read_once(encoder: Encoder) -> None:
    seen: list[int] = []
    encoded = encoder.passages([TEXTS[0], TEXTS[2]] * 500, seen.append)
    assert seen == [1000]
    alone = encoder.passages([TEXTS[0], TEXTS[2]])
    assert (encoded.vectors == np.tile(alone.vectors, (500, 1))).all()
    assert all((tokens == alone.tokens[i % 2]).all() for i, tokens in enumerate(encoded.tokens))
    assert all((offsets == alone.offsets[i % 2]).all() for i, offsets in enumerate(encoded.offsets))


@given(st.lists(st.integers(1, 3000)))
def test_batches_hold_every_window_once_and_little_padding(lengths: list[int]) -> None:
    windows = [Window(i, 0, "", Pieces(range(length), ())) for i, length in enumerate(lengths)]
    batches = list(module._batches(windows))
    assert sorted(window.owner for batch in batches for window in batch) == list(range(len(lengths)))
    for batch in batches:
        padded = max(window.length for window in batch) * len(batch)
        assert len(batch) == 1 or padded <= module.BATCH_TOKENS


# Other models

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "vraag", "stuk", ":", "de", "wet", "geldt", "niet", "voor", "ons", "."]
SENTENCES = ("de wet geldt niet voor ons .", "geldt de wet voor ons", "de wet . " * 20)
Make = Callable[..., str]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Write a small model with random weights to a folder and give its name."""

    def write(prompts: dict[str, str] | None = None, pooling: str = "mean", seed: int = 1) -> str:
        torch.manual_seed(seed)
        special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
        backend = Tokenizer(WordLevel({word: i for i, word in enumerate(WORDS)}, special["unk_token"]))
        backend.pre_tokenizer = Whitespace()
        config = BertConfig(
            vocab_size=len(WORDS),
            hidden_size=16,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=32,
        )
        bert = tmp_path / "bert"
        PreTrainedTokenizerFast(tokenizer_object=backend, model_max_length=32, **special).save_pretrained(bert)
        BertModel(config).save_pretrained(bert)
        modules = [Transformer(str(bert)), Pooling(16, pooling)] + ([Normalize()] if pooling == "mean" else [])
        folder = tmp_path / f"model-{pooling}-{seed}-{len(prompts or {})}"
        SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save_pretrained(str(folder))
        return str(folder)

    return write


@pytest.mark.parametrize(
    ("prompts", "before_question", "before_passage"),
    [
        ({"query": "vraag : ", "document": "stuk : "}, "vraag : ", "stuk : "),
        ({"query": "vraag : ", "passage": "stuk : "}, "vraag : ", "stuk : "),
        ({"query": "vraag : "}, "vraag : ", ""),
        (None, "", ""),
    ],
)
@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_another_model_reads_with_its_own_prompts(
    make: Make, prompts: dict[str, str] | None, before_question: str, before_passage: str, pooling: str
) -> None:
    folder = make(prompts, pooling)
    other = Encoder.load(folder)
    itself = SentenceTransformer(folder, device="cpu")
    assert (other.name, other.dimension, other.width) == (folder, 16, 16)
    encoded = other.passages(SENTENCES[:2])
    assert_sound(encoded, SENTENCES[:2])
    assert [len(tokens) for tokens in encoded.tokens] == [7, 5]
    for text, vector in zip(SENTENCES, encoded.vectors, strict=False):
        for made, prompt in ((vector, before_passage), (other.question(text).vectors[0], before_question)):
            true = itself.encode(prompt + text, prompt="", normalize_embeddings=True)
            assert made @ true > 0.9999


def test_a_text_beyond_the_window_of_another_model_is_read_to_its_end(make: Make) -> None:
    text = "de wet geldt niet . " * 20
    encoded = Encoder.load(make({"document": "stuk : "})).passages([text])
    assert_sound(encoded, (text,))
    assert len(encoded.tokens[0]) == 100


def test_a_pipeline_without_tokens_gives_each_text_as_one(make: Make, tmp_path: Path) -> None:
    backend = SentenceTransformer(make(), device="cpu").tokenizer.backend_tokenizer
    folder = str(tmp_path / "static")
    static = StaticEmbedding(backend, embedding_dim=8)
    SentenceTransformer(modules=[static], prompts={"query": "vraag : "}, device="cpu").save_pretrained(folder)
    other = Encoder.load(folder)
    encoded = other.passages(SENTENCES)
    assert_sound(encoded, SENTENCES)
    assert [offsets.tolist() for offsets in encoded.offsets] == [[[0, len(text)]] for text in SENTENCES]
    assert (encoded.tokens[1] == encoded.vectors[1]).all()
    assert other.question(SENTENCES[0]).vectors[0] @ encoded.vectors[0] < 0.9999


def test_the_fingerprint_tells_models_and_their_prompts_apart(make: Make, encoder: Encoder) -> None:
    names = [make(), make(seed=2), make(pooling="cls"), make({"query": "vraag : "})]
    prints = [Encoder.load(name).fingerprint for name in names]
    assert len({*prints, encoder.fingerprint}) == 5
    assert [Encoder.load(name).fingerprint for name in names] == prints


def test_the_setting_names_the_model(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAGASSIST_MODEL", make())
    assert Encoder.load().dimension == 16
    assert Encoder.load("").dimension == 16
    assert Encoder.load("multilingual-e5-small").dimension == 384


@pytest.mark.parametrize("text", [*TEXTS, "Ja. " * 600, "1 2 3 " * 333, "é" * 1500, "😀", "\u0634" * 700, "\u202e."])
def test_rarity_and_spans_stand_beside_the_tokens_in_as_many_windows_as_these_take(encoder: Encoder, text: str) -> None:
    assert len(encoder.rarity(text)) == len(encoder.question(text).tokens[0])
    assert (encoder.spans(text) == encoder.passages([text]).offsets[0]).all()


def test_rare_tokens_weigh_more(encoder: Encoder) -> None:
    text = "de kennismigrant"
    rarity = encoder.rarity(text)
    assert rarity[0] == rarity.min() > 0


# Models that cannot be had


@pytest.mark.parametrize("name", ["niemand/geen-model", "./nergens", "/nergens/model", "a b", "x" * 300, "\0"])
def test_a_model_that_is_nowhere_is_refused_in_one_sentence(name: str) -> None:
    with pytest.raises(ModelError) as refused:
        Encoder.load(name)
    assert str(refused.value) == (
        f"The embedding model {name} cannot be loaded: there is no such folder, and huggingface.co gave no such model."
    )


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"config.json": "{"},
        {"config.json": '{"model_type": "bert"}', "model.safetensors": "no weights"},
        {"modules.json": "{"},
        {"modules.json": '[{"idx": 0, "name": "0", "path": "", "type": "os.system"}]'},
    ],
)
def test_a_folder_without_a_model_is_refused_in_one_sentence(tmp_path: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(ModelError, match=r"cannot be loaded: the folder holds none that works \(.+\)\.$") as refused:
        Encoder.load(str(tmp_path))
    assert "\n" not in str(refused.value)
