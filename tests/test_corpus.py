"""A paper's way in: only what changed is encoded, a bad file stops nothing, and what is gone answers no more."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ragassist.corpus import Changes, Step, discard, folder, index_corpus, keep, reading
from ragassist.encoder import Encoded, Encoder
from ragassist.errors import CorpusError, PaperError, Stopped, SystemFault
from ragassist.index import Index
from ragassist.sandbox import Limits, Sandbox
from stored_papers import unit

SEED = Path(__file__).parents[1] / "corpus" / "kst-21501-31-741.txt"


class CountingEncoder(Encoder):
    """Unit vectors drawn from the text's letters, and a note of what was asked for: models take seconds to load."""

    def __init__(self, fingerprint: str = "f1") -> None:
        self.name, self.fingerprint, self.dimension, self.width = "letters", fingerprint, 8, 8
        self.encoded: list[str] = []
        self.rested = False

    def rest(self) -> None:
        self.rested = True

    def passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Encoded:
        self.encoded += texts
        if progress:
            progress(len(texts))
        return self._all(texts)

    def question(self, text: str) -> Encoded:
        return self._all([text])

    def _all(self, texts: Iterable[str]) -> Encoded:
        vectors, tokens = [], []
        for text in texts:
            rows = unit(np.random.default_rng(zlib.crc32(text.encode())), 4, 8)
            vectors.append(rows[0])
            tokens.append(rows[1:])
        return Encoded(np.array(vectors, np.float32).reshape(-1, 8), tuple(tokens), ())


def paper(number: int, fact: str) -> str:
    """A letter as printed, of our own making."""
    return f"""Tweede Kamer der Staten-Generaal 2
Vergaderjaar 2023-2024
29 861 Arbeidsmigratie en sociale zekerheid
Nr. {number} BRIEF VAN DE MINISTER VAN SOCIALE ZAKEN EN WERKGELEGENHEID
Aan de Voorzitter van de Tweede Kamer der Staten-Generaal
Den Haag, 4 april 2024

Met deze brief informeer ik uw Kamer over de voortgang van de gemaakte afspraken.

Inleiding

{fact} Daarover zijn met de gemeenten en de sociale partners afspraken gemaakt.

De Minister van Sociale Zaken en Werkgelegenheid,

Tweede Kamer, vergaderjaar 2023–2024, 29 861, nr. {number} 1
"""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "kst-29861-1.txt").write_text(paper(1, "De huisvesting wordt gecertificeerd."))
    (folder / "kst-29861-2.txt").write_text(paper(2, "Het loon wordt elk half jaar verhoogd."))
    return folder


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def encoder() -> CountingEncoder:
    return CountingEncoder()


ONE, TWO, THREE = "kst-29861-1", "kst-29861-2", "kst-29861-3"


def generation(index: Path) -> int:
    return Index.open(index).manifest.generation


def test_papers_are_read_split_encoded_and_stored(corpus: Path, index: Path, encoder: CountingEncoder) -> None:
    changes = index_corpus(corpus, index, encoder)
    assert changes == Changes(added=(ONE, TWO))
    stored = Index.open(index).stored(TWO)
    assert [passage.text for passage in stored.passages] == encoder.encoded[-len(stored.passages) :]
    vectors = encoder.passages([passage.text for passage in stored.passages]).vectors
    assert np.allclose(stored.vectors, vectors, rtol=2**-10)  # they are stored at half precision
    assert all(
        (tokens is not None) == (p.side == "answer") for p, tokens in zip(stored.passages, stored.tokens, strict=True)
    )
    assert stored.source.name == "kst-29861-2.txt"
    found = Index.open(index).candidates(encoder.question("loon"), "loon verhogen", k=1)
    assert "Het loon wordt elk half jaar verhoogd." in [passage.text[:38] for passage in found.passages]
    assert encoder.rested  # memory that only bulk needs is let go of


def test_nothing_changed_nothing_is_written(corpus: Path, index: Path, encoder: CountingEncoder) -> None:
    index_corpus(corpus, index, encoder)
    before, encoder.encoded = generation(index), []
    changes = index_corpus(corpus, index, encoder)
    assert changes == Changes(unchanged=(ONE, TWO))
    assert generation(index) == before
    assert encoder.encoded == []


def test_only_what_changed_is_encoded(corpus: Path, index: Path, encoder: CountingEncoder) -> None:
    index_corpus(corpus, index, encoder)
    kept = Index.open(index).stored(ONE)
    encoder.encoded = []
    (corpus / "kst-29861-2.txt").write_text(paper(2, "Het loon blijft gelijk."))
    (corpus / "kst-29861-3.txt").write_text(paper(3, "De inspectie krijgt meer mensen."))
    changes = index_corpus(corpus, index, encoder)
    assert changes == Changes(added=(THREE,), changed=(TWO,), unchanged=(ONE,))
    assert encoder.encoded
    assert not any("gecertificeerd" in text for text in encoder.encoded)
    again = Index.open(index).stored(ONE)
    assert (again.document, again.passages, again.source) == (kept.document, kept.passages, kept.source)
    assert np.array_equal(again.vectors, kept.vectors)


def test_a_paper_that_is_gone_answers_no_more(corpus: Path, index: Path, encoder: CountingEncoder) -> None:
    index_corpus(corpus, index, encoder)
    (corpus / "kst-29861-2.txt").unlink()
    assert index_corpus(corpus, index, encoder) == Changes(unchanged=(ONE,), removed=(TWO,))
    found = Index.open(index).candidates(encoder.question("loon"), "loon", k=50)
    assert {passage.document for passage in found.passages} == {ONE}
    assert not found.bm25.any()


def test_the_index_does_not_depend_on_the_way_it_came_about(
    corpus: Path, index: Path, encoder: CountingEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "SETTLED", 0)  # however fast it goes, all files have their stamps
    late = corpus / "kst-29861-1.txt"
    text = late.read_text()
    late.unlink()
    index_corpus(corpus, index, encoder)
    late.write_text(text)
    index_corpus(corpus, index, encoder)
    index_corpus(corpus, tmp_path / "fresh", encoder)
    grown, fresh = (Index.open(place).manifest.segments[0].files for place in (index, tmp_path / "fresh"))
    for name in ("vectors.faiss", "tokens/values.npy", "tokens/sums.npy"):
        assert grown[name] == fresh[name]
    dumps = [list(sqlite3.connect(path).iterdump()) for path in sorted(tmp_path.rglob("records.sqlite"))]
    assert dumps[0] == dumps[-1]  # of fresh, and of the second generation of index


def test_another_model_makes_all_of_it_anew(corpus: Path, index: Path, encoder: CountingEncoder) -> None:
    index_corpus(corpus, index, encoder)
    other = CountingEncoder("f2")
    assert index_corpus(corpus, index, other) == Changes(changed=(ONE, TWO))
    assert len(other.encoded) == len(encoder.encoded)
    assert Index.open(index).manifest.model.fingerprint == "f2"


@pytest.mark.parametrize("name", ["PARSER_VERSION", "EXCHANGES_VERSION", "SPLITTER_VERSION", "VERSION"])
def test_another_version_of_the_code_makes_all_of_it_anew(
    corpus: Path, index: Path, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    index_corpus(corpus, index, encoder)
    monkeypatch.setattr(reading, name, 99)
    assert index_corpus(corpus, index, encoder).changed == (ONE, TWO)


def test_rebuild_uses_nothing(corpus: Path, index: Path, encoder: CountingEncoder) -> None:
    index_corpus(corpus, index, encoder)
    assert index_corpus(corpus, index, encoder, rebuild=True) == Changes(added=(ONE, TWO))


def test_a_damaged_index_is_mended_from_the_generation_before_it(
    corpus: Path, index: Path, encoder: CountingEncoder
) -> None:
    late = corpus / "kst-29861-2.txt"
    text = late.read_text()
    late.unlink()
    index_corpus(corpus, index, encoder)
    late.write_text(text)
    index_corpus(corpus, index, encoder)
    next(index.glob("gen-000002/*/vectors.faiss")).write_bytes(b"")
    late.unlink()
    changes = index_corpus(corpus, index, encoder)
    assert changes.unchanged == (ONE,)
    assert "gen-000002" in changes.rebuilt
    assert not Index.open(index).trouble
    assert index_corpus(corpus, index, encoder) == Changes(unchanged=(ONE,))


def test_an_index_of_no_use_is_built_anew(corpus: Path, index: Path, encoder: CountingEncoder) -> None:
    index_corpus(corpus, index, encoder)
    next(index.glob("gen-*/*/vectors.faiss")).write_bytes(b"")
    changes = index_corpus(corpus, index, encoder)
    assert changes.added == (ONE, TWO)
    assert re.fullmatch(r"The index in .* is damaged \(gen-000001/seg-000001-000/vectors\.faiss\)\.", changes.rebuilt)
    assert [metadata.id for metadata in Index.open(index).documents()] == [ONE, TWO]
    assert index_corpus(corpus, index, encoder) == Changes(unchanged=(ONE, TWO))


@pytest.fixture
def parted(corpus: Path, index: Path, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index with a segment for each of two papers, of which tokens are compared as they are read."""
    monkeypatch.setattr("ragassist.index.build.SMALL", 0)
    monkeypatch.setattr("ragassist.index.build.GROWTH", 1)
    monkeypatch.setattr("ragassist.index.tokens.LAZY", 0)
    monkeypatch.setattr("ragassist.index.tokens.BLOCK", 32)
    late = corpus / "kst-29861-2.txt"
    text = late.read_text()
    late.unlink()
    index_corpus(corpus, index, encoder)
    late.write_text(text)
    index_corpus(corpus, index, encoder)
    assert len(Index.open(index).segments) == 2
    encoder.encoded.clear()
    return index


def spoil(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


@pytest.mark.parametrize("name", ["vectors.faiss", "tokens/values.npy"])
def test_of_an_index_that_is_damaged_only_the_segments_that_are_whole_are_used_again(
    corpus: Path, parted: Path, encoder: CountingEncoder, name: str
) -> None:
    spoil(parted / "gen-000002" / "seg-000001-000" / name)  # of both generations: they share it
    changes = index_corpus(corpus, parted, encoder, thorough=True)
    assert (changes.added, changes.unchanged) == ((ONE,), (TWO,))
    assert f"(gen-000002/seg-000001-000/{name})" in changes.rebuilt
    assert encoder.encoded
    assert not any("loon" in text for text in encoder.encoded)
    assert not Index.open(parted, thorough=True).trouble
    assert not (parted / "gen-000002").exists()  # damaged, so of no use
    assert index_corpus(corpus, parted, encoder) == Changes(unchanged=(ONE, TWO))


def test_damage_that_shows_only_as_papers_are_copied_is_mended(
    corpus: Path, parted: Path, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(parted / "gen-000002" / "seg-000002-000" / "tokens" / "values.npy")
    assert index_corpus(corpus, parted, encoder) == Changes(unchanged=(ONE, TWO))
    monkeypatch.setattr("ragassist.index.build.SMALL", 4096)
    (corpus / "kst-29861-3.txt").write_text(paper(3, "Fact three."))
    changes = index_corpus(corpus, parted, encoder)
    assert changes.added == (TWO, THREE)  # the generation before, which is whole, has the first
    assert changes.unchanged == (ONE,)
    assert "values.npy" in changes.rebuilt
    assert not Index.open(parted, thorough=True).trouble


def test_a_file_that_is_no_paper_is_named_and_the_others_go_on(
    corpus: Path, index: Path, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "LARGEST", 2**20)
    (corpus / "a.bin").write_bytes(b"\x7fELF\0\0\1")
    (corpus / "b.txt").write_text("  \n")
    (corpus / "c.txt").write_text("x" * (2**20 + 1))
    (corpus / "d.txt").symlink_to("/etc/passwd")
    (corpus / "e.txt").symlink_to(corpus / "e.txt")
    (corpus / "f.txt").symlink_to(corpus / "nowhere.txt")
    os.mkfifo(corpus / "g.txt")
    (corpus / "h.txt").write_text(paper(2, "Het loon wordt verdubbeld."))
    (corpus / "kst-29861-2.txt").rename(corpus / "i.txt")
    changes = index_corpus(corpus, index, encoder)
    assert changes.added == (TWO, ONE)  # in the order of their files
    assert [sentence.split(":")[0] for sentence in changes.refused.values()] == list(changes.refused)
    assert {name: sentence.split(": ", 1)[1] for name, sentence in changes.refused.items() if name > "b.txt"} == {
        "c.txt": "it is larger than 1 MB. Nothing of it was indexed.",
        "d.txt": "it is a link to something outside the folder. Nothing of it was indexed.",
        "e.txt": "it cannot be opened. Nothing of it was indexed.",
        "f.txt": "it is not a file. Nothing of it was indexed.",
        "g.txt": "it is not a file. Nothing of it was indexed.",
    }
    assert changes.passed_over == {
        "i.txt": f"i.txt: passed over, it holds {TWO}, and so does h.txt; remove one of them."
    }
    before = generation(index)
    assert index_corpus(corpus, index, encoder).refused == changes.refused
    assert generation(index) == before


def test_papers_below_the_folder_are_read_and_hidden_ones_are_not(
    corpus: Path, index: Path, encoder: CountingEncoder
) -> None:
    for below in ("2024", ".git"):
        (corpus / below).mkdir()
        (corpus / below / "kst-29861-3.txt").write_text(paper(3, below))
    (corpus / ".DS_Store").write_bytes(b"\0")
    assert index_corpus(corpus, index, encoder) == Changes(added=(THREE, ONE, TWO))
    assert Index.open(index).stored(THREE).source.name == "2024/kst-29861-3.txt"


def test_linked_folders_are_named_and_not_read(
    corpus: Path, index: Path, encoder: CountingEncoder, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (corpus / "loop").symlink_to(corpus)
    (corpus / "network").symlink_to(tmp_path / "elsewhere")
    changes = index_corpus(corpus, index, encoder)
    assert changes.added == (ONE, TWO)
    assert dict(changes.refused) == {
        "loop": "loop: it is not a file. Nothing of it was indexed.",
        "network": "network: it is a link to something outside the folder. Nothing of it was indexed.",
    }


def test_a_name_that_is_no_text_is_shown_with_escapes(corpus: Path, index: Path, encoder: CountingEncoder) -> None:
    (corpus / "kst-29861-2.txt").rename(os.fsdecode(os.fsencode(corpus) + b"/\xff.txt"))
    (corpus / "a\n\u202eb.txt").write_text("")
    changes = index_corpus(corpus, index, encoder)
    assert (changes.added, list(changes.refused)) == ((TWO, ONE), [r"a\n\u202eb.txt"])
    assert Index.open(index).stored(TWO).source.name == r"\udcff.txt"
    assert index_corpus(corpus, index, encoder).unchanged == (TWO, ONE)


def test_a_folder_without_papers_gives_an_empty_index(corpus: Path, index: Path, encoder: CountingEncoder) -> None:
    index_corpus(corpus, index, encoder)
    for path in corpus.iterdir():
        path.write_text("")
    changes = index_corpus(corpus, index, encoder)
    assert changes.removed == (ONE, TWO)
    assert changes.refused["kst-29861-1.txt"].startswith("kst-29861-1.txt: the file holds")
    for path in corpus.iterdir():
        path.unlink()
    assert index_corpus(corpus, index, encoder) == Changes()
    empty = Index.open(index)
    assert empty.documents() == ()
    assert empty.candidates(encoder.question("loon"), "loon", k=5).exchanges == ()


def test_without_a_folder_the_index_stays(corpus: Path, index: Path, encoder: CountingEncoder, tmp_path: Path) -> None:
    index_corpus(corpus, index, encoder)
    for place in (tmp_path / "nowhere", SEED):
        with pytest.raises(CorpusError, match="There is no folder"):
            index_corpus(place, index, encoder)
    assert [metadata.id for metadata in Index.open(index).documents()] == [ONE, TWO]


def test_a_folder_that_cannot_be_read_takes_no_papers_out(
    corpus: Path, index: Path, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    (corpus / "2024").mkdir()
    (corpus / "kst-29861-2.txt").rename(corpus / "2024" / "kst-29861-2.txt")
    index_corpus(corpus, index, encoder)
    scan = os.scandir

    def refusing(path: str | int) -> object:
        if isinstance(path, str) and Path(path).name == "2024":
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", refusing)
    with pytest.raises(SystemFault, match=r"The folder .*/2024 cannot be read \(Permission denied\)"):
        index_corpus(corpus, index, encoder)
    monkeypatch.undo()
    assert len(Index.open(index).documents()) == 2


def test_progress_counts_files_that_are_read_and_then_those_that_are_encoded(
    corpus: Path, index: Path, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "TOGETHER", 1)
    one, two = f"{ONE}.txt", f"{TWO}.txt"
    told: list[Step] = []
    index_corpus(corpus, index, encoder, progress=told.append)
    assert told == [
        Step("reading", 0, 2, one),
        Step("reading", 1, 2, two),
        Step("reading", 2, 2, ""),
        Step("encoding", 0, 2, one),
        Step("encoding", 1, 2, one),
        Step("encoding", 1, 2, two),
        Step("encoding", 2, 2, two),
        Step("encoding", 2, 2, ""),
    ]


def test_progress_goes_on_where_nothing_can_be_encoded(
    corpus: Path, index: Path, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "TOLD", 1)
    for path in corpus.iterdir():
        path.write_text("")
    told: list[Step] = []
    index_corpus(corpus, index, encoder, progress=told.append)
    assert [step.done for step in told if step.doing == "encoding"] == [0, 1, 2]
    assert encoder.encoded == []


@pytest.mark.parametrize("after", range(7))
def test_a_stop_leaves_the_old_index_whole(
    corpus: Path, index: Path, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    index_corpus(corpus, index, encoder)
    before = generation(index)
    monkeypatch.setattr(reading, "TOGETHER", 1)
    asked = iter([False] * after)
    with pytest.raises(Stopped, match=r"Stopped\. The index in .* is as it was"):
        index_corpus(corpus, index, encoder, rebuild=True, stopping=lambda: next(asked, True))
    assert generation(index) == before
    assert sorted(path.name for path in index.iterdir()) == [".lock", "CURRENT", "gen-000001"]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.dictionaries(st.integers(1, 4), st.sampled_from(["Ja.", "Nee.", ""])), min_size=2, max_size=4))
def test_after_any_changes_the_index_holds_what_the_folder_holds(
    tmp_path_factory: pytest.TempPathFactory, states: list[dict[int, str]]
) -> None:
    corpus, index, encoder = tmp_path_factory.mktemp("corpus"), tmp_path_factory.mktemp("index"), CountingEncoder()
    before: dict[str, str] = {}
    for state in states:
        for path in corpus.iterdir():
            path.unlink()
        for number, fact in state.items():
            (corpus / f"{number}.txt").write_text(paper(number, fact) if fact else "")
        now = {f"kst-29861-{number}": fact for number, fact in sorted(state.items()) if fact}
        changes = index_corpus(corpus, index, encoder)
        assert set(changes.added) == now.keys() - before.keys()
        assert set(changes.removed) == before.keys() - now.keys()
        assert set(changes.changed) == {id for id in now.keys() & before.keys() if now[id] != before[id]}
        assert len(changes.refused) == len(state) - len(now)
        stored = Index.open(index)
        assert [metadata.id for metadata in stored.documents()] == list(now)
        for id, fact in now.items():
            assert any(fact in paragraph.text for paragraph in stored.document(id).paragraphs)
        before = now


def test_the_seed_paper_comes_in_whole(tmp_path: Path) -> None:
    encoder = Encoder.load()
    index_corpus(SEED.parent, tmp_path, encoder)
    index = Index.open(tmp_path)
    assert index.manifest.counts["documents"] == 1
    assert index.document(SEED.stem).pages == 17
    passage = next(p for p in index.stored(SEED.stem).passages if p.side == "answer" and "huisvesting" in p.text)
    found = index.candidates(encoder.question(passage.text), passage.text, k=5)
    best = found.passages[int(found.bm25.argmax())]
    assert passage.text in best.text or best.text in passage.text
    assert found.cosine.max() > 0.9
    for one in found.passages:
        assert index.document(one.document).paragraph(one.paragraph).text[one.start : one.end] == one.text
    index.check(index.manifest.model)


def test_a_file_that_was_passed_over_is_read_when_the_better_one_goes(
    corpus: Path, index: Path, encoder: CountingEncoder
) -> None:
    (corpus / "copy.txt").write_text(paper(2, "Het loon daalt."))
    changes = index_corpus(corpus, index, encoder)
    assert (changes.added, list(changes.passed_over)) == ((ONE, TWO), ["copy.txt"])
    before = generation(index)
    assert index_corpus(corpus, index, encoder).passed_over == changes.passed_over
    assert generation(index) == before
    (corpus / f"{TWO}.txt").unlink()
    changes = index_corpus(corpus, index, encoder)
    assert (changes.changed, changes.passed_over) == ((TWO,), {})
    assert any("daalt" in paragraph.text for paragraph in Index.open(index).document(TWO).paragraphs)


def test_what_was_refused_or_passed_over_is_not_parsed_again(
    corpus: Path, index: Path, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    (corpus / "copy.txt").write_text(paper(2, "Het loon daalt."))
    (corpus / "empty.txt").write_text("")
    before = index_corpus(corpus, index, encoder)

    def parsed_again(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(Sandbox, "parse", parsed_again)
    after = index_corpus(corpus, index, encoder)
    assert (after.refused, after.passed_over) == (before.refused, before.passed_over)


def test_a_reader_that_was_slow_is_tried_again(
    corpus: Path, index: Path, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "Sandbox", lambda waiting: Sandbox(Limits(wall=1e-6), waiting))
    slow = index_corpus(corpus, index, encoder)
    assert all("it took longer than" in sentence for sentence in slow.refused.values())
    assert len(slow.refused) == 2
    monkeypatch.undo()
    assert index_corpus(corpus, index, encoder) == Changes(added=(ONE, TWO))


def test_a_summary_names_what_changed_and_no_more_than_can_be_read() -> None:
    many = tuple(f"kst-1-{n}" for n in range(1000))
    changes = Changes(
        added=many,
        removed=("kst-2-1",),
        unchanged=many,
        refused={"a.txt": "a.txt: it is empty."},
        passed_over={"b.txt": "b.txt: passed over, it is the same file as a.txt."},
        remarks={"kst-1-3": ("Page 2 has no text.",), "kst-3-3": ("Page 1 has no text.",)},
    )
    assert str(changes).splitlines() == [
        "1000 added, 0 changed, 1 removed, 1000 unchanged, 1 refused, 1 passed over.",
        f"Added: {', '.join(many[:20])}, and 980 more (--json names them all).",
        "Removed: kst-2-1.",
        "b.txt: passed over, it is the same file as a.txt.",
        "kst-1-3: Page 2 has no text.",
    ]
    assert changes.in_a_line().endswith("1 passed over. " + " ".join(str(changes).splitlines()[1:3]))
    assert json.loads(json.dumps(changes.json()))["added"] == list(many)
    crowd = Changes(passed_over={id: f"{id}: passed over." for id in many})
    assert str(crowd).splitlines()[-2:] == ["kst-1-19: passed over.", "and 980 more (--json names them all)"]


def test_a_paper_from_elsewhere_is_kept_under_a_name_of_our_own(corpus: Path) -> None:
    data = paper(3, "De inspectie krijgt meer mensen.").encode()
    for name, own in {
        "kst-29861-3.exe": "kst-29861-3.txt",
        "../../etc/passwd": "passwd.txt",
        "C:\\papers\\één stuk.pdf": "een-stuk.txt",
        ".hidden": "hidden.txt",
        "\u202e\n\x00": f"{hashlib.sha256(data).hexdigest()[:16]}.txt",
        "x" * 300: "x" * 80 + ".txt",
    }.items():
        assert keep(corpus, name, data) == corpus / own
        assert (corpus / own).read_bytes() == data
    assert not [path for path in corpus.rglob("*") if path.name.startswith(".")]


def test_no_file_is_written_over(corpus: Path, index: Path, encoder: CountingEncoder) -> None:
    mine = (corpus / f"{ONE}.txt").read_bytes()
    other = paper(1, "De huisvesting wordt verbeterd.").encode()
    assert keep(corpus, f"{ONE}.txt", mine) == corpus / f"{ONE}.txt"
    place = keep(corpus, f"{ONE}.txt", other)
    assert place == corpus / hashlib.sha256(other).hexdigest()[:16] / f"{ONE}.txt"
    assert keep(corpus, f"{ONE}.txt", other) == place
    assert (corpus / f"{ONE}.txt").read_bytes() == mine
    assert list(index_corpus(corpus, index, encoder).passed_over) == [place.relative_to(corpus).as_posix()]


@pytest.mark.parametrize(("data", "said"), [(b"MZ\x90\0", "a program is not a format"), (b"x" * (2**20 + 1), "1 MB")])
def test_what_cannot_be_read_is_not_kept(corpus: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, said: str) -> None:
    monkeypatch.setattr(folder, "LARGEST", 2**20)
    before = sorted(corpus.rglob("*"))
    with pytest.raises(PaperError, match=said):
        keep(corpus, "kst-29861-3.txt", data)
    assert sorted(corpus.rglob("*")) == before


def test_a_disk_that_is_full_leaves_nothing_half(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    before = sorted(corpus.rglob("*"))
    with pytest.raises(SystemFault, match="No space left on device"):
        keep(corpus, "kst-29861-3.txt", paper(3, "Ja.").encode())
    assert sorted(corpus.rglob("*")) == before


def test_a_paper_is_discarded_with_all_its_files(corpus: Path, index: Path, encoder: CountingEncoder) -> None:
    (corpus / "copy.txt").write_text(paper(2, "Het loon daalt."))
    index_corpus(corpus, index, encoder)
    (corpus / "twin.txt").write_bytes((corpus / "copy.txt").read_bytes())
    index_corpus(corpus, index, encoder)
    assert discard(corpus, index, TWO) == ("copy.txt", f"{TWO}.txt", "twin.txt")
    assert [path.name for path in corpus.iterdir()] == [f"{ONE}.txt"]
    assert index_corpus(corpus, index, encoder) == Changes(unchanged=(ONE,))
    assert sorted(path.name for path in index.iterdir()) == [".lock", "CURRENT", "gen-000003"]
    with pytest.raises(KeyError):
        discard(corpus, index, TWO)


def test_a_file_that_holds_something_else_by_now_is_not_deleted(
    corpus: Path, index: Path, encoder: CountingEncoder
) -> None:
    index_corpus(corpus, index, encoder)
    (corpus / f"{TWO}.txt").write_text(paper(3, "De inspectie krijgt meer mensen."))
    assert discard(corpus, index, TWO) == ()
    assert index_corpus(corpus, index, encoder) == Changes(added=(THREE,), unchanged=(ONE,))


def test_a_file_that_cannot_be_deleted_is_told(
    corpus: Path, index: Path, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlink = Path.unlink

    def refused(path: Path, missing_ok: bool = False) -> None:
        if path.parent == corpus:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        unlink(path, missing_ok)

    index_corpus(corpus, index, encoder)
    monkeypatch.setattr(Path, "unlink", refused)
    with pytest.raises(SystemFault, match="brings it back"):
        discard(corpus, index, TWO)
