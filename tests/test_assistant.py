"""Questions and their replies, with the model that ships and an index of the first paper: a user's whole way."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stored_papers
from printed_papers import CORPUS, INVENTED, ROOT, SEED, letters
from ragassist import Assistant, Encoder, Reply
from ragassist.assistant import _standing_alone
from ragassist.corpus import index_corpus
from ragassist.document import Document, Exchange, Metadata, Paragraph
from ragassist.dutch import sentences
from ragassist.errors import IndexDamaged, IndexMissing, IndexModelMismatch, QuestionError
from ragassist.fracties import parties
from ragassist.index import Filter, Index
from ragassist.index.tokens import BLOCK
from ragassist.retrieval import CITED, _spans

# Each with words that the paragraph cited first must hold.
ANSWERED = {
    "Wat moet een kennismigrant minimaal verdienen?": "€ 5.331",
    "Hoeveel beroepen staan er op de lijst van de Europese Commissie?": "42 beroepen",
    "Wat verduidelijkte het Europees Hof in het arrest Essent?": "Essent (C-91/13)",
    "Hoeveel mensen ontvangen een WW-uitkering?": "144.000 personen die een WW-uitkering",
    "What gross monthly income must a knowledge migrant earn?": "€ 5.331",
    "In welke sectoren werken gedetacheerde werknemers vooral?": "bouwnijverheid",
    "Met welke landen zijn er ronde tafels over partnerschappen?": "Tunesië, Marokko en Egypte",
}
ELSEWHERE = (
    "Wat is het recept voor appeltaart?",
    "Wie won het wereldkampioenschap voetbal in 2022?",
    "Hoe plant ik een tulpenbol?",
)
NEAR_MISSES = (
    "Hoeveel arbeidsmigranten wonen er in Rotterdam?",
    "Hoeveel kennismigranten kwamen er in 2015 uit India?",
)

SP_ASKS, BBB_ASKS, MOTION, LATER_MOTION, MANY_ASK = (
    "ah-tk-20232024-9802", "ah-tk-20232024-9804", "kst-98010-17", "kst-98020-14", "kst-98040-21"
)  # fmt: skip


@pytest.fixture(scope="module")
def assistant(seed_index: Path, encoder: Encoder) -> Assistant:
    return Assistant(Index.open(seed_index), encoder)


@pytest.fixture(scope="module")
def several(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """An assistant over five papers of two years, of three kinds, of which three say which fracties asked."""
    corpus, index = (tmp_path_factory.mktemp("several") / name for name in ("corpus", "index"))
    corpus.mkdir()
    for id in (SP_ASKS, BBB_ASKS, MOTION, LATER_MOTION, MANY_ASK):
        shutil.copy(ROOT / "eval" / "genres" / f"{id}.xml", corpus)
    index_corpus(corpus, index, encoder)
    return Assistant(Index.open(index), encoder)


@pytest.fixture(scope="module")
def replies(assistant: Assistant) -> list[Reply]:
    return [assistant.ask(question, k=5) for question in (*ANSWERED, *ELSEWHERE, *NEAR_MISSES)]


def untimed(reply: Reply) -> Reply:
    return replace(reply, took_ms=0.0)


@pytest.mark.parametrize("question", ANSWERED)
def test_a_question_brings_the_paragraph_that_answers(assistant: Assistant, question: str) -> None:
    reply = assistant.ask(question)
    assert reply.found
    assert reply.verdict == "found"
    assert ANSWERED[question] in reply.hits[0].passages[0].text
    assert ANSWERED[question] in reply.hits[0].answer


def test_what_is_quoted_stands_in_the_paper_word_for_word(replies: list[Reply], seed: Document) -> None:
    printed = letters(SEED.read_text("utf-8"))
    for hit in (hit for reply in replies for hit in reply.hits):
        for passage in hit.passages:
            paragraph = seed.paragraph(passage.paragraph)
            assert (passage.text, passage.page) == (paragraph.text, paragraph.page)
            if len(paragraph.pages) == 1:
                assert letters(passage.text) in printed
        assert hit.question == "\n\n".join(seed.paragraph(number).text for number in hit.exchange.question)
        assert hit.answer == "\n\n".join(seed.paragraph(number).text for number in hit.exchange.answer)


def test_hits_are_ranked_and_cite_their_own_exchange(replies: list[Reply], seed: Document) -> None:
    for reply in replies:
        assert [hit.rank for hit in reply.hits] == [1, 2, 3, 4, 5]
        scores = [hit.score for hit in reply.hits]
        assert scores == sorted(scores, reverse=True)
        assert len({hit.exchange.number for hit in reply.hits}) == 5
        for hit in reply.hits:
            numbers = tuple(passage.paragraph for passage in hit.passages)
            assert 1 <= len(numbers) == len(set(numbers)) <= CITED
            assert set(numbers) <= {*hit.exchange.question, *hit.exchange.answer}
            assert hit.citation.paragraphs == numbers
            assert hit.citation.pages == tuple(sorted({p for n in numbers for p in seed.paragraph(n).pages}))
            assert hit.citation.text.startswith("Kamerstukken II 2023/24, 21501-31, nr. 741, p. ")
            assert hit.document == seed.metadata


def test_highlights_are_whole_sentences_of_what_is_quoted(replies: list[Reply]) -> None:
    for passage in (passage for reply in replies for hit in reply.hits for passage in hit.passages):
        assert passage.highlights
        assert set(passage.highlights) <= set(sentences(passage.text))
        assert all(passage.text[start:end].strip() for start, end in passage.highlights)


def test_the_sentence_with_the_answer_is_marked(assistant: Assistant) -> None:
    passage = assistant.ask("Wat moet een kennismigrant minimaal verdienen?").hits[0].passages[0]
    assert any("€ 5.331" in passage.text[start:end] for start, end in passage.highlights)


def test_a_passage_within_one_sentence_needs_no_tokens_to_tell_which(
    encoder: Encoder, seed_index: Path, seed: Document
) -> None:
    kept = 0
    for passage in Index.open(seed_index).stored(seed.id).passages:
        parted = sentences(seed.paragraph(passage.paragraph).text)
        exact = encoder.spans(passage.text) + np.int32(passage.start)
        found = _spans(passage, len(exact), parted, encoder)
        ends = [end for _, end in parted]
        assert (
            np.searchsorted(ends, found[:, 0], "right").tolist() == np.searchsorted(ends, exact[:, 0], "right").tolist()
        )
        kept += not np.array_equal(found, exact)
    assert kept > 20


@pytest.mark.parametrize("question", ELSEWHERE)
def test_what_the_papers_are_not_about_is_absent(assistant: Assistant, question: str) -> None:
    reply = assistant.ask(question)
    assert (reply.verdict, reply.found) == ("absent", False)
    assert len(reply.hits) == 3  # the nearest are shown all the same


def test_what_comes_near_and_does_not_answer_is_told_apart(assistant: Assistant) -> None:
    """How often is measured by `ragassist eval`; here, that it happens."""
    assert "nearest" in [assistant.ask(question).verdict for question in NEAR_MISSES]


def test_confidence_parts_what_is_found_from_what_is_not(replies: list[Reply]) -> None:
    found = [reply.confidence for reply in replies if reply.found]
    others = [reply.confidence for reply in replies if not reply.found]
    assert 0 <= max(others) < min(found) <= 1


@pytest.mark.parametrize(
    ("question", "fractie"),
    [
        ("Wat wil D66 weten over de Talent Pool?", "D66"),
        ("Wat vroeg de VVD over A1-detachering?", "VVD"),
        ("Wat vroegen de leden van BBB over bijstandsgerechtigden?", "BBB"),
        ("Wat vindt GroenLinks-PvdA van uitzendbureaus?", "GroenLinks/PvdA"),
        ("Wat vindt de PvdA van de talentenpool?", "GroenLinks/PvdA"),
        ("Wat vraagt de volt-fractie over de talentenpool?", "Volt"),
        ("Wat vraagt bbb over de talentenpool?", "BBB"),
        ("What did Volt ask about knowledge migrants?", "Volt"),
    ],
)
def test_a_fractie_that_is_named_comes_first(assistant: Assistant, question: str, fractie: str) -> None:
    assert assistant.ask(question).hits[0].exchange.fractie == (fractie,)


def test_the_same_question_has_the_same_reply(assistant: Assistant, seed_index: Path, encoder: Encoder) -> None:
    question = "Hoeveel meldingen waren er in de wegvervoersector in 2022?"
    first = untimed(assistant.ask(question))
    assert untimed(assistant.ask(question)) == first
    assert untimed(Assistant(Index.open(seed_index), encoder).ask(question)) == first
    with ThreadPoolExecutor(4) as pool:
        assert {untimed(reply) == first for reply in pool.map(assistant.ask, [question] * 8)} == {True}


def test_more_hits_go_on_where_fewer_ended(assistant: Assistant) -> None:
    question = "Wat doet het kabinet aan misstanden?"
    few, many = assistant.ask(question, k=2), assistant.ask(question, k=100)
    assert many.hits[:2] == few.hits
    assert len(many.hits) <= 20
    assert (many.verdict, many.confidence) == (few.verdict, few.confidence)


def test_a_reply_carries_the_question_as_it_was_typed_and_its_id(assistant: Assistant) -> None:
    reply = assistant.ask("  Wat\x00verdient\u200b een \u202ekennis\u00admigrant?\n", id="q7")
    assert reply.question == "  Wat\x00verdient\u200b een \u202ekennis\u00admigrant?\n"
    assert reply.searched_as == "Wat verdient een kennismigrant?"
    assert reply.id == "q7"
    assert reply.took_ms > 0
    plain = assistant.ask("Wat verdient een kennismigrant?")
    assert (plain.hits, plain.confidence, plain.id) == (reply.hits, reply.confidence, None)


@pytest.mark.parametrize("question", ["", " \n\t", "\x00\x01", "?!…", "\u200b\u202e", "\ud800", "🙂", "\u0301"])
def test_a_question_without_a_letter_is_empty(assistant: Assistant, question: str) -> None:
    with pytest.raises(QuestionError) as refused:
        assistant.ask(question)
    assert str(refused.value) == "The question is empty; type what you want to know."


@pytest.mark.parametrize(
    ("question", "length"), [("a" * 2001, "2,001"), ("a " * 50_000, "100,000"), ("\ufdfa" * 1000, "18,000")]
)
def test_a_question_that_is_too_long_is_refused(assistant: Assistant, question: str, length: str) -> None:
    with pytest.raises(QuestionError) as refused:
        assistant.ask(question)
    assert str(refused.value) == f"The question has {length} characters; ask it in 2,000 at most."


@pytest.mark.parametrize(
    "question",
    [
        "\ud800Wat verdient een kennismigrant?\udfff",
        "Wat verdient een 🙂 kennismigrant?",
        "kennismigrant " * 142,
        "1 2 3 " * 333,
        "x" * 2000,
        'document:* AND "kennismigrant" OR (paragraph:[1 TO 9])',
        "<script>alert(1)</script> kennismigrant",
        "что такое kennismigrant?",
    ],
)
def test_odd_questions_have_replies(assistant: Assistant, question: str) -> None:
    reply = assistant.ask(question)
    assert len(reply.hits) == 3
    reply.searched_as.encode()  # no half of a surrogate pair is left


@settings(max_examples=60)
@given(st.text(max_size=60))
def test_any_question_has_a_reply_or_a_sentence(assistant: Assistant, question: str) -> None:
    try:
        reply = assistant.ask(question)
    except QuestionError:
        assert not any(character.isalnum() for character in question)
    else:
        assert reply.hits
        assert 0 <= reply.confidence <= 1


def only(
    documents: Iterable[str] = (), fracties: Iterable[str] = (), years: Iterable[str] = (), kinds: Iterable[str] = ()
) -> Filter:
    return Filter(frozenset(documents), frozenset(fracties), frozenset(years), frozenset(kinds))


@pytest.mark.parametrize(
    ("among", "papers"),
    [
        (only(), {SP_ASKS, BBB_ASKS, MOTION, LATER_MOTION, MANY_ASK}),
        (only(documents=[MOTION, BBB_ASKS]), {MOTION, BBB_ASKS}),
        (only(fracties=["SP"]), {SP_ASKS}),
        (only(fracties=["PvdA"]), {BBB_ASKS, MANY_ASK}),
        (only(years=["2023-2024"]), {SP_ASKS, BBB_ASKS, MOTION}),
        (only(kinds=["Motie"]), {MOTION, LATER_MOTION}),
        (only(kinds=["Motie", "Kamervragen"], years=["2024-2025"]), {LATER_MOTION}),
        (only(fracties=["BBB"], years=["2024-2025"]), {MANY_ASK}),
        (only([SP_ASKS, MANY_ASK], ["SP", "BBB"], ["2023-2024"], ["Kamervragen"]), {SP_ASKS}),
    ],
)
def test_only_what_passes_the_filter_answers(several: Assistant, among: Filter, papers: set[str]) -> None:
    hits = several.ask("Wat doet het kabinet hieraan?", k=1000, among=among).hits
    assert {hit.document.id for hit in hits} == papers
    for hit in hits:
        assert not among.fracties or among.fracties & parties(", ".join(hit.exchange.fractie))


@pytest.mark.parametrize(
    "among",
    [only(["kst-1-2"]), only(fracties=["CDA"]), only(years=["1999-2000"]), only(fracties=["SP"], kinds=["Motie"])],
)
def test_a_filter_that_nothing_passes_leaves_nothing_to_answer(several: Assistant, among: Filter) -> None:
    reply = several.ask("Wat doet het kabinet hieraan?", among=among)
    assert (reply.hits, reply.verdict, reply.confidence) == ((), "absent", 0.0)


def test_a_reply_comes_from_one_generation_while_others_are_written(encoder: Encoder, tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    for id in (SP_ASKS, BBB_ASKS):
        shutil.copy(ROOT / "eval" / "genres" / f"{id}.xml", corpus)
    index_corpus(corpus, index, encoder)
    both = Index.open(index)
    papers = [both.stored(id) for id in (SP_ASKS, BBB_ASKS)]
    Index.write(index, papers[:1], both.manifest.model)
    assistant = Assistant(Index.open(index), encoder)
    written = Event()

    def asking() -> list[set[str]]:
        seen = []
        while not written.is_set():
            seen.append({hit.document.id for hit in assistant.ask("Wat doet het kabinet hieraan?", k=50).hits})
        return seen

    with ThreadPoolExecutor(3) as pool:
        askers = [pool.submit(asking) for _ in range(3)]
        try:
            for turn in range(1, 8):
                Index.write(index, [papers[turn % 2]], both.manifest.model)
        finally:
            written.set()
    seen = [documents for asker in askers for documents in asker.result()]
    assert all(documents in ({SP_ASKS}, {BBB_ASKS}) for documents in seen)
    assert {hit.document.id for hit in assistant.ask("Wat doet het kabinet hieraan?").hits} == {BBB_ASKS}


def test_while_the_newest_generation_is_damaged_the_one_before_answers_and_says_so(
    seed_index: Path, encoder: Encoder, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    shutil.copytree(seed_index, index)
    old = Index.open(index)
    assistant = Assistant(old, encoder)
    before = untimed(assistant.ask("Wat verdient een kennismigrant?"))
    assert assistant.trouble == ""
    Index.write(index, [], old.manifest.model)
    next(index.glob("gen-000002/manifest.json")).write_bytes(b"{}")
    assert untimed(assistant.ask("Wat verdient een kennismigrant?")) == before
    assert "gen-000001 holds, the newest generation that is whole, stands in for it" in assistant.trouble
    index_corpus(CORPUS, index, encoder)
    assert assistant.trouble == ""


def test_papers_that_were_taken_out_are_not_quoted_when_no_generation_is_whole(
    seed_index: Path, encoder: Encoder, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    shutil.copytree(seed_index, index)
    assistant = Assistant(Index.open(index), encoder)
    Index.open(index).remove([SEED.stem])
    (path,) = index.glob("gen-*/manifest.json")
    path.write_bytes(b"{}")
    with pytest.raises(IndexDamaged):
        assistant.ask("Wat verdient een kennismigrant?")
    assert "is damaged" in assistant.trouble
    shutil.rmtree(index)
    with pytest.raises(IndexMissing):
        assistant.ask("Wat verdient een kennismigrant?")


def test_damage_found_while_answering_is_told_and_the_one_before_answers(
    seed_index: Path, encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    shutil.copytree(seed_index, index)
    old = Index.open(index)
    Index.write(index, [old.stored(metadata.id) for metadata in old.documents()], old.manifest.model, before=old)
    before = untimed(Assistant(old, encoder).ask("Wat verdient een kennismigrant?"))
    (path,) = index.glob("gen-000002/*/tokens/values.npy")
    data = bytearray(path.read_bytes())
    data[BLOCK :: BLOCK // 2] = bytes(255 - byte for byte in data[BLOCK :: BLOCK // 2])
    path.write_bytes(data)
    monkeypatch.setattr("ragassist.index.tokens.LAZY", 0)
    assert not Index.open(index).trouble  # what was changed was not read yet
    assistant = Assistant(Index.open(index), encoder)
    assert untimed(assistant.ask("Wat verdient een kennismigrant?")) == before
    assert "gen-000001 holds, the newest generation that is whole, stands in for it" in assistant.trouble


def test_a_newer_generation_is_picked_up(seed_index: Path, encoder: Encoder, tmp_path: Path) -> None:
    index, corpus, other = tmp_path / "index", tmp_path / "corpus", INVENTED[3]
    shutil.copytree(seed_index, index)
    corpus.mkdir()
    shutil.copy(SEED, corpus)
    assistant = Assistant(Index.open(index), encoder)
    question = "Hoeveel geneesmiddelen hadden een tekort?"
    assert {hit.document.id for hit in assistant.ask(question).hits} == {SEED.stem}
    shutil.copy(other, corpus)
    assert index_corpus(corpus, index, encoder).added == (other.stem,)
    assert assistant.ask(question).hits[0].document.id == other.stem
    assert [metadata.id for metadata in assistant.documents()] == [SEED.stem, other.stem]
    assert assistant.document(other.stem).id == other.stem
    (corpus / SEED.name).unlink()
    index_corpus(corpus, index, encoder)
    assert {hit.document.id for hit in assistant.ask(question, k=50).hits} == {other.stem}


def test_while_the_newest_generation_cannot_be_used_the_one_in_hand_answers(
    seed_index: Path, encoder: Encoder, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    shutil.copytree(seed_index, index)
    assistant = Assistant(Index.open(index), encoder)
    before = untimed(assistant.ask("Wat verdient een kennismigrant?"))
    Index.write(index, [stored_papers.paper()], stored_papers.MODEL)  # another model's
    assert untimed(assistant.ask("Wat verdient een kennismigrant?")) == before
    assert assistant.documents()[0].id == SEED.stem


def test_an_index_without_a_paper_finds_nothing(encoder: Encoder, tmp_path: Path) -> None:
    from ragassist.index import ModelId

    Index.write(tmp_path, [], ModelId.of(encoder))
    reply = Assistant(Index.open(tmp_path), encoder).ask("Wat verdient een kennismigrant?")
    assert (reply.hits, reply.verdict, reply.confidence) == ((), "absent", 0.0)


def test_another_models_index_is_refused_with_what_to_do(encoder: Encoder, tmp_path: Path) -> None:
    Index.write(tmp_path, [stored_papers.paper()], stored_papers.MODEL)
    with pytest.raises(IndexModelMismatch) as refused:
        Assistant(Index.open(tmp_path), encoder)
    assert str(refused.value) == (
        f"The index in {tmp_path} was made with the model small-model, not with multilingual-e5-small. Build it again "
        f"with this model (ragassist index CORPUS --index {tmp_path} --model multilingual-e5-small) or ask with the "
        "other one."
    )


def test_a_folder_without_an_index_is_told_before_a_model_is_loaded(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        Assistant.open(tmp_path, model="no/such-model")


def test_papers_are_read_as_they_were_stored(assistant: Assistant, seed: Document) -> None:
    assert assistant.document(seed.id) == seed
    assert len(assistant.exchanges(seed.id)) == 20
    for call in (assistant.document, assistant.exchanges):
        with pytest.raises(KeyError):
            call("kst-1-2")


def test_examples_are_questions_from_the_paper_of_different_fracties(assistant: Assistant, seed: Document) -> None:
    examples = assistant.examples()
    assert len(examples) == len(set(examples)) == 4
    asked = {
        example: exchange.fractie
        for example in examples
        for exchange in assistant.exchanges(seed.id)
        if any(example in seed.paragraph(number).text for number in exchange.question)
    }
    assert list(asked) == list(examples)
    assert len(set(asked.values())) >= 3
    assert all(example.endswith("?") and parties(example) == frozenset() for example in examples)
    assert len(assistant.examples(2)) == 2
    assert assistant.examples(0) == ()


@pytest.mark.parametrize(
    ("question", "tells"),
    [
        ("Kent u het bericht «Zwanen blokkeren sluis bij Wierkolk»?", False),
        ("Heeft u kennisgenomen van het artikel over de zwanen?", False),
        ("Bent u bekend met het rapport over veerponten?", False),
        ("Bent u bereid de zwanen bij Wierkolk te verplaatsen?", True),
    ],
)
def test_an_example_asks_more_than_whether_one_has_heard_of_it(question: str, tells: bool) -> None:
    document = Document(Metadata("kst-1-2", ""), (Paragraph(1, question),))
    exchange = Exchange("kst-1-2", "1", ("SP",), question=(1,), answer=())
    assert _standing_alone(document, exchange) == [question] * tells


def test_each_example_finds_its_own_exchange(assistant: Assistant, seed: Document) -> None:
    for example in assistant.examples():
        (hit, *_) = assistant.ask(example).hits
        assert example in hit.question
