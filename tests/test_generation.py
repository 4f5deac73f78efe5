"""Generations: whole or not there at all, checked before they are opened, one writer, any number of readers."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ragassist.errors import IndexBusy, IndexDamaged, IndexMissing, IndexOutdated, SystemFault
from ragassist.index import Contents, Index, Stored, generation
from stored_papers import MODEL, paper, question

OLD, NEW = [paper("kst-1", ("Oud.",))], [paper("kst-2", ("Nieuw.",), seed=2)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index of one paper, in a folder with a space in its name and a README that was there before."""
    folder = tmp_path / "my index"
    folder.mkdir()
    (folder / "README.md").write_text("generated")
    Index.write(folder, OLD, MODEL)
    return folder


def held(folder: Path) -> list[str]:
    """The documents in the index, each read and asked for."""
    index = Index.open(folder)
    index.candidates(question(OLD[0].vectors[:1]), "oud nieuw", 5)
    return [index.document(metadata.id).id for metadata in index.documents()]


def entries(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_a_build_leaves_one_generation_and_the_file_that_names_it(folder: Path) -> None:
    assert entries(folder) == [".lock", "CURRENT", "README.md", "gen-000001"]
    assert entries(folder / "gen-000001") == ["manifest.json", "manifest.sha256", "seg-000001-000"]
    assert entries(folder / "gen-000001/seg-000001-000") == ["lexical", "records.sqlite", "tokens", "vectors.faiss"]
    assert not [path for path in folder.rglob("*.lock") if path.parent != folder]
    assert (folder / "README.md").read_text() == "generated"


def test_the_one_before_is_kept_and_no_more(folder: Path) -> None:
    for _ in range(3):
        Index.write(folder, NEW, MODEL)
    assert entries(folder) == [".lock", "CURRENT", "README.md", "gen-000003", "gen-000004"]
    assert held(folder) == ["kst-2"]


def added(folder: Path, *papers: Stored) -> None:
    """Write a generation that holds these papers besides those that are there."""
    before = Index.open(folder)
    sources = (*before.sources().values(), *(paper.source for paper in papers))
    Index.write(folder, papers, MODEL, lambda: Contents(sources), before)


def test_the_one_before_goes_when_it_holds_what_was_to_go(folder: Path) -> None:
    added(folder, *NEW)
    assert entries(folder) == [".lock", "CURRENT", "README.md", "gen-000001", "gen-000002"]
    Index.open(folder).remove(["kst-1"])
    assert entries(folder) == [".lock", "CURRENT", "README.md", "gen-000003"]
    assert held(folder) == ["kst-2"]


def test_large_segments_are_shared_and_small_ones_are_not(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    added(folder, *NEW)
    generations = [{path.stat().st_ino for path in (folder / name).rglob("*")} for name in ("gen-000001", "gen-000002")]
    assert not generations[0] & generations[1]
    monkeypatch.setattr("ragassist.index.build.SMALL", 0)
    monkeypatch.setattr("ragassist.index.build.GROWTH", 1)
    added(folder, paper("kst-3", seed=3))
    old, new = (sorted((folder / name).rglob("*.sqlite")) for name in ("gen-000002", "gen-000003"))
    assert [path.parent.name for path in new] == ["seg-000002-001", "seg-000003-000"]
    assert old[0].stat().st_ino == new[0].stat().st_ino
    assert held(folder) == ["kst-1", "kst-2", "kst-3"]


def test_what_cannot_be_shared_is_copied(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no hard links on this disk")

    monkeypatch.setattr("ragassist.index.build.SMALL", 0)
    monkeypatch.setattr("ragassist.index.build.GROWTH", 1)
    monkeypatch.setattr(os, "link", refuse)
    added(folder, *NEW)
    shutil.rmtree(folder / "gen-000001")
    assert held(folder) == ["kst-1", "kst-2"]


def test_a_writer_that_started_from_an_older_generation_is_refused(folder: Path) -> None:
    before = Index.open(folder)
    added(folder, *NEW)
    with pytest.raises(IndexBusy):
        Index.write(folder, (), MODEL, lambda: Contents(tuple(before.sources().values())), before)
    assert held(folder) == ["kst-1", "kst-2"]


def test_current_can_be_checked_with_sha256sum(folder: Path) -> None:
    subprocess.run(["sha256sum", "--check", "--strict", "CURRENT"], cwd=folder, check=True, capture_output=True)
    manifest = json.loads((folder / "gen-000001/manifest.json").read_text())
    (segment,) = manifest["segments"]
    for name, known in segment["files"].items():
        data = (folder / "gen-000001" / segment["name"] / name).read_bytes()
        assert known == {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def test_no_index_yet(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(IndexMissing, match="holds no index yet"):
            Index.open(place)


def test_another_layout_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ragassist.index.manifest.LAYOUT", 99)
    with pytest.raises(IndexOutdated, match="has layout 4, this version of ragassist reads layout 99"):
        Index.open(folder)


def test_a_flipped_bit_in_any_file_is_noticed_and_the_file_named(folder: Path) -> None:
    files = [path for path in folder.rglob("*") if path.is_file() and path.name not in {".lock", "README.md"}]
    assert len(files) > 12
    for path in files:
        data = path.read_bytes()
        for at in {0, len(data) // 2, len(data) - 1}:
            path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
            if path.name == "CURRENT":
                assert Index.open(folder).trouble
            else:
                with pytest.raises(IndexDamaged, match=path.name):
                    Index.open(folder)
        path.write_bytes(data)
    assert held(folder) == ["kst-1"]


@pytest.mark.parametrize("mutate", [lambda data: data[:-1], lambda data: b"", lambda data: data + b"\0"])
def test_a_cut_emptied_or_longer_file_is_noticed(folder: Path, mutate: Callable[[bytes], bytes]) -> None:
    for path in [path for path in (folder / "gen-000001").rglob("*") if path.is_file()]:
        data = path.read_bytes()
        path.write_bytes(mutate(data))
        with pytest.raises(IndexDamaged, match=path.name):
            Index.open(folder)
        path.write_bytes(data)


def test_a_missing_file_is_noticed(folder: Path) -> None:
    for path in [path for path in (folder / "gen-000001").rglob("*") if path.is_file()]:
        path.rename(folder / "away")
        with pytest.raises(IndexDamaged, match=f"{path.name} is missing"):
            Index.open(folder)
        (folder / "away").rename(path)
    shutil.rmtree(folder / "gen-000001")
    with pytest.raises(IndexDamaged, match=r"gen-000001/manifest.json is missing"):
        Index.open(folder)


def test_a_file_of_another_generation_is_noticed(folder: Path) -> None:
    Index.write(folder, NEW, MODEL)
    for name in ("seg-000001-000/records.sqlite", "seg-000001-000/vectors.faiss", "manifest.json", "manifest.sha256"):
        mine = folder / "gen-000002" / name.replace("000001", "000002")
        data = mine.read_bytes()
        shutil.copyfile(folder / "gen-000001" / name, mine)
        assert mine.name in Index.open(folder).trouble
        mine.write_bytes(data)
    assert not Index.open(folder).trouble


def test_names_that_something_else_took_are_cleared(tmp_path: Path) -> None:
    Index.write(tmp_path, [paper("kst-1", ("De minister antwoordt.",))], MODEL)
    (tmp_path / "gen-000007").write_text("a file")
    (tmp_path / "gen-000008.tmp").symlink_to(tmp_path / "nowhere")
    (tmp_path / "CURRENT.tmp").mkdir()
    Index.write(tmp_path, [paper("kst-2", ("De minister antwoordt.",))], MODEL)
    assert sorted(path.name for path in tmp_path.glob("*0*")) == ["gen-000001", "gen-000009"]
    assert not (tmp_path / "CURRENT.tmp").exists()


def test_what_a_killed_writer_left_is_swept_up_unless_another_is_writing(tmp_path: Path) -> None:
    Index.write(tmp_path, [paper("kst-1", ("De minister antwoordt.",))], MODEL)
    (tmp_path / "gen-000002.tmp" / "seg-000002-000").mkdir(parents=True)
    with generation.writing(tmp_path):
        Index.sweep(tmp_path)
        assert (tmp_path / "gen-000002.tmp").exists()
    Index.sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.glob("gen-*")) == ["gen-000001"]


def test_the_newest_whole_generation_stands_in_for_a_damaged_one(folder: Path) -> None:
    added(folder, *NEW)
    for path in [path for path in (folder / "gen-000002").rglob("*") if path.is_file()]:
        data = path.read_bytes()
        path.write_bytes(data[:-1])
        index = Index.open(folder)
        assert index.trouble == (
            f"The index in {folder} is damaged ({path.relative_to(folder)}). What gen-000001 holds, the newest "
            "generation that is whole, stands in for it. Bring the index up to date with: "
            f"ragassist index CORPUS --index '{folder}'"
        )
        assert list(index.sources()) == held(folder) == ["kst-1"]
        assert index.latest() is index
        path.write_bytes(data)
    assert held(folder) == ["kst-1", "kst-2"]


def test_the_next_build_starts_from_what_stands_in_and_clears_the_damage_away(folder: Path) -> None:
    added(folder, *NEW)
    next((folder / "gen-000002").rglob("*.sqlite")).write_bytes(b"")
    with pytest.raises(RuntimeError):
        Index.write(folder, interrupted(RuntimeError("a bug")), MODEL, before=Index.open(folder))
    assert held(folder) == ["kst-1"]
    added(folder, paper("kst-3"))
    assert entries(folder) == [".lock", "CURRENT", "README.md", "gen-000001", "gen-000002"]
    assert held(folder) == ["kst-1", "kst-3"]
    assert not Index.open(folder).trouble


def test_without_current_the_newest_whole_generation_is_used(folder: Path) -> None:
    added(folder, *NEW)
    (folder / "CURRENT").unlink()
    assert "CURRENT" in Index.open(folder).trouble
    assert held(folder) == ["kst-1", "kst-2"]
    added(folder, paper("kst-3"))
    assert not Index.open(folder).trouble
    assert held(folder) == ["kst-1", "kst-2", "kst-3"]


def test_an_index_of_another_layout_stands_in_for_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ragassist.index.manifest.LAYOUT", 99)
    Index.write(folder, NEW, MODEL)
    (folder / "gen-000002/manifest.json").write_text("")
    with pytest.raises(IndexDamaged):
        Index.open(folder)


@pytest.mark.parametrize(
    "garbage", [b"", b"gen-000001", b"\xff\xfe", b"{}", b"0" * 64 + b"  ../../etc/manifest.json\n"]
)
def test_garbage_in_current_is_noticed(folder: Path, garbage: bytes) -> None:
    (folder / "CURRENT").write_bytes(garbage)
    assert "(CURRENT)" in Index.open(folder).trouble
    assert held(folder) == ["kst-1"]
    Index.write(folder, NEW, MODEL)
    assert not Index.open(folder).trouble
    assert held(folder) == ["kst-2"]


@pytest.mark.parametrize(
    "garbage", ["", "[]", "null", "{}", '{"layout": 4}', '{"layout": 4, "generation": "x", "segments": 3}']
)
def test_a_sealed_manifest_of_nonsense_is_noticed(folder: Path, garbage: str) -> None:
    (folder / "gen-000001/manifest.json").write_text(garbage)
    seal = f"{hashlib.sha256(garbage.encode()).hexdigest()}  gen-000001/manifest.json\n"
    for name in ("CURRENT", "gen-000001/manifest.sha256"):
        (folder / name).write_text(seal)
    with pytest.raises(IndexDamaged, match=r"manifest.json"):
        Index.open(folder)


def interrupted(error: BaseException) -> Iterator[Stored]:
    yield NEW[0]
    raise error


@pytest.mark.parametrize("error", [RuntimeError("a bug"), KeyboardInterrupt(), MemoryError()])
def test_a_build_that_fails_leaves_the_old_index(folder: Path, error: BaseException) -> None:
    with pytest.raises(type(error)):
        Index.write(folder, interrupted(error), MODEL)
    assert held(folder) == ["kst-1"]
    assert entries(folder) == [".lock", "CURRENT", "README.md", "gen-000001"]


def test_a_refusal_at_any_step_leaves_the_old_index_or_the_new(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes, refusals = [], set()
    for refused in range(100):
        fail_at(refused, monkeypatch)
        try:
            Index.write(folder, NEW, MODEL)
        except SystemFault as fault:
            refusals.add(str(fault))
            outcomes.append(held(folder))
        else:
            break
    assert len(outcomes) > 20
    assert refusals == {
        f"The index in {folder} cannot be written (No space left on device). What it held before is unchanged."
    }
    assert outcomes == [["kst-1"]] * (len(outcomes) - 1) + [["kst-2"]]  # the last one: CURRENT was already in place
    assert held(folder) == ["kst-2"]


def fail_at(nth: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the nth sync or rename from now on fail as on a full disk."""
    left = iter(range(nth, -1, -1))

    def guarded(function: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object) -> object:
            if next(left, 1) == 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return function(*args)

        return call

    monkeypatch.undo()
    for owner, name in ((os, "fsync"), (Path, "rename"), (Path, "replace")):
        monkeypatch.setattr(owner, name, guarded(getattr(owner, name)))


def test_everything_is_synced_before_it_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def recorded(function: Callable[..., object], say: Callable[[Path], str]) -> Callable[..., object]:
        def call(path: Path, *args: object) -> object:
            done.append(say(path))
            return function(path, *args)

        return call

    monkeypatch.setattr(generation, "_sync", recorded(generation._sync, lambda path: f"sync {path.name}"))
    monkeypatch.setattr(Path, "rename", recorded(Path.rename, lambda _: "rename"))
    monkeypatch.setattr(Path, "replace", recorded(Path.replace, lambda _: "replace"))
    Index.write(folder, NEW, MODEL)
    named = done.index("rename")
    made = folder / "gen-000002"
    assert {f"sync {path.name}" for path in made.rglob("*")} | {"sync gen-000002.tmp"} == set(done[:named])
    assert done[named:] == ["rename", "sync my index", "sync CURRENT.tmp", "replace", "sync my index"]


WRITER = """
    import sys, time, os, signal
    from pathlib import Path
    from stored_papers import MODEL, paper
    from ragassist.index import Index
    def slow():
        yield paper("kst-2")
        print("writing", flush=True)
        sys.stdin.read()
    Index.write(Path(sys.argv[1]), slow(), MODEL)
"""


@pytest.fixture
def writer(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process, in the middle of writing."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    command = [sys.executable, "-c", textwrap.dedent(WRITER), str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "writing\n"
        yield process
        process.kill()


def test_a_second_writer_is_refused_while_readers_go_on(folder: Path, writer: subprocess.Popen[str]) -> None:
    with pytest.raises(IndexBusy, match="Another ragassist is writing"):
        Index.write(folder, NEW, MODEL)
    assert held(folder) == ["kst-1"]
    writer.communicate("")
    assert held(folder) == ["kst-2"]


def test_a_killed_writer_leaves_the_old_index_and_a_free_lock(folder: Path, writer: subprocess.Popen[str]) -> None:
    writer.kill()
    writer.wait()
    assert "gen-000002.tmp" in entries(folder)
    assert held(folder) == ["kst-1"]
    Index.write(folder, NEW, MODEL)
    assert held(folder) == ["kst-2"]
    assert "gen-000002.tmp" not in entries(folder)


def test_a_reader_keeps_its_generation_and_sees_the_next_when_it_looks(folder: Path) -> None:
    index = Index.open(folder)
    assert index.latest() is index
    for _ in range(2):
        Index.write(folder, NEW, MODEL)
    assert not (folder / "gen-000001").exists()
    assert index.candidates(question(OLD[0].vectors[:1]), "oud", 1).passages == OLD[0].passages
    assert index.document("kst-1") == OLD[0].document
    assert [metadata.id for metadata in index.latest().documents()] == ["kst-2"]


def test_a_generation_that_goes_while_it_is_opened_is_opened_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = iter([generation.current(folder)])
    for _ in range(2):
        Index.write(folder, NEW, MODEL)
    true = generation.current
    monkeypatch.setattr(generation, "current", lambda folder: next(stale, None) or true(folder))
    assert held(folder) == ["kst-2"]


def test_reading_changes_nothing_in_the_folder(folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    held(folder)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def in_own_mounts(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run Python after a mount that nobody else sees; skips where that is not allowed."""
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-rm", "true"], check=False).returncode:
        pytest.skip("no mount namespaces here")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    mount, _, code = textwrap.dedent(script).partition("\n---\n")
    return subprocess.run(
        ["unshare", "-rm", "sh", "-ec", f'{mount}\nexec "$1" -c "$2" "$0"', str(folder), sys.executable, code],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_read_only_folder_is_read_and_not_written(folder: Path) -> None:
    done = in_own_mounts(
        """\
        mount --bind "$0" "$0"
        mount -o remount,ro,bind "$0"
        ---
        import sys
        from pathlib import Path
        from test_generation import MODEL, NEW, Index, SystemFault, held
        print(held(Path(sys.argv[1])))
        try:
            Index.write(Path(sys.argv[1]), NEW, MODEL)
        except SystemFault as fault:
            print(fault)
        """,
        folder,
    )
    assert done.stdout.splitlines() == [
        "['kst-1']",
        f"The index in {folder} cannot be written (Read-only file system). What it held before is unchanged.",
    ], done.stderr


def test_a_full_disk_is_one_sentence_and_loses_nothing(folder: Path) -> None:
    done = in_own_mounts(
        """\
        mount -t tmpfs -o size=1m tmpfs "$0"
        ---
        import sys
        from pathlib import Path
        from test_generation import MODEL, OLD, Index, SystemFault, held, entries
        from stored_papers import paper
        folder = Path(sys.argv[1])
        Index.write(folder, OLD, MODEL)
        try:
            Index.write(folder, [paper("kst-9", ("woord " * 300_000,))], MODEL)
        except SystemFault as fault:
            print(fault)
        print(held(folder), entries(folder))
        Index.write(folder, OLD, MODEL)
        """,
        folder,
    )
    sentence, left = done.stdout.splitlines()
    assert sentence.startswith(f"The index in {folder} cannot be written (")
    assert sentence.endswith("What it held before is unchanged.")
    assert left == "['kst-1'] ['.lock', 'CURRENT', 'gen-000001']"
    assert done.returncode == 0, done.stderr


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "index"):
        with pytest.raises(SystemFault, match="cannot be written"):
            Index.write(place, NEW, MODEL)
