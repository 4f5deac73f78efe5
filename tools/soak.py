"""Questions without end while the index is switched under them: does any reply mix two generations, does anything grow?

    python tools/soak.py [--minutes 30] [--processes 2] [--threads 5]

Every paper of the corpus says the number of its edition in every paragraph. Every half minute all are replaced by the
next edition, every minute there is one paper more, and one hostile file, and the index is brought up to date. Prints
what came of it; the exit code is 1 where it is not as it should be.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import re
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SWITCH, GROWTH = 30.0, 60.0  # seconds
WARM = 300.0  # seconds after which nothing should grow any more
PAUSE = 1.0  # seconds between two questions of a thread
SUBJECTS = ("sluizen", "bruggen", "dijken", "molens", "kanalen")
QUESTIONS = [f"Wat doet het kabinet aan {subject}?" for subject in SUBJECTS]
EDITION = re.compile(r"Editie (\d+)\.")
MOST_GROWTH, MOST_TEMPORARY = 0.10, 200_000_000  # of memory; bytes
PAPER = """<?xml version="1.0" encoding="UTF-8"?>
<officiele-publicatie><kamervragen><kamervraagkop>
<tekstregel inhoud="kameraanduiding">Tweede Kamer der Staten-Generaal</tekstregel>
<tekstregel inhoud="vergaderjaar">Vergaderjaar 2023-2024</tekstregel>
<tekstregel inhoud="documenttype">Aanhangsel van de Handelingen</tekstregel></kamervraagkop>
<kamervraagnummer>{number}</kamervraagnummer>
<kamervraagomschrijving type="vraag">Vragen van het lid <naam><achternaam>Oeverloos</achternaam></naam>
(<organisatie>D66</organisatie>) over <kamervraagonderwerp>{subject}</kamervraagonderwerp>.</kamervraagomschrijving>
{exchanges}</kamervragen></officiele-publicatie>
"""
EXCHANGE = """<vraag><nr>Vraag {n}</nr><al>Wat doet u in jaar {n} aan {subject}? Editie {edition}.</al></vraag>
<antwoord><nr>Antwoord {n}</nr><al>Het kabinet herstelt in jaar {n} de {subject}. Editie {edition}.</al></antwoord>
"""


@dataclass(slots=True)
class Asked:
    """What one process saw. samples: seconds since it began, bytes of memory, open files."""

    replies: int = 0
    mixed: int = 0
    editions: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    samples: list[tuple[float, int, int]] = field(default_factory=list)


def publish(corpus: Path, papers: int, edition: int) -> None:
    """Write all papers of an edition."""
    for number in range(papers):
        subject = SUBJECTS[number % len(SUBJECTS)]
        exchanges = "".join(EXCHANGE.format(n=n, subject=subject, edition=edition) for n in range(1, 6))
        text = PAPER.format(number=9000 + number, subject=subject, exchanges=exchanges)
        (corpus / f"{number:03d}.xml").write_text(text, "utf-8")


def ask(index: Path, threads: int, stop: threading.Event) -> Asked:
    """Ask in several threads until told to stop."""
    from ragassist import Assistant

    assistant, asked, began = Assistant.open(index), Asked(), time.monotonic()

    def user(first: int) -> None:
        for question in cycle(QUESTIONS[first:] + QUESTIONS[:first]):
            if stop.wait(PAUSE):
                return
            try:
                hits = assistant.ask(question, k=10).hits
            except Exception as error:  # noqa: BLE001 - any is one too many, and is told
                asked.errors.append(repr(error))
                continue
            texts = [hit.question + hit.answer + "".join(part.text for part in hit.passages) for hit in hits]
            editions = {edition for text in texts for edition in EDITION.findall(text)}
            asked.replies += 1
            asked.mixed += len(editions) != 1
            asked.editions |= editions

    users = [threading.Thread(target=user, args=(n % len(QUESTIONS),)) for n in range(threads)]
    for one in users:
        one.start()
    while any(one.is_alive() for one in users):
        asked.samples.append((time.monotonic() - began, resident(), len(list(Path("/proc/self/fd").iterdir()))))
        stop.wait(5)
    return asked


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def hostile(folder: Path) -> Iterator[Path]:
    """One hostile file after the other, in the place of the one before."""
    sys.path.insert(0, str(ROOT / "tests"))
    from hostile import files

    for name, file in cycle(files("http://127.0.0.1:9/", "/etc/passwd").items()):
        made = folder / f"hostile-{name}"
        made.write_bytes(file.make())
        yield made
        made.unlink()


def change(corpus: Path, index: Path, minutes: float) -> tuple[int, int, int]:
    """Change the corpus and the index for so long; returns how many switches, papers and hostile files there were."""
    from ragassist import Encoder, index_corpus

    encoder, hostiles, began = Encoder.load(), hostile(corpus), time.monotonic()
    edition, papers, shown, switched = 1, len(SUBJECTS), 0, 1
    while (passed := time.monotonic() - began) < 60 * minutes:
        if passed > shown * GROWTH:
            papers, shown = papers + 1, shown + 1
            next(hostiles)
        edition += 1
        publish(corpus, papers, edition)
        index_corpus(corpus, index, encoder)
        switched += 1
        time.sleep(max(0.0, edition * SWITCH - SWITCH - (time.monotonic() - began)))
    return switched, papers, shown


def temporary(folder: Path, sizes: list[int], stop: threading.Event) -> None:
    """Note now and then how many bytes of temporary files there are."""
    while not stop.wait(5):
        sizes.append(sum(path.lstat().st_size for path in list(folder.rglob("*")) if path.exists()))


def told(asked: Sequence[Asked], minutes: float) -> bool:
    """Print what came of it; returns whether all is as it should be."""
    fine = True
    for number, one in enumerate(asked, 1):
        after = [sample for sample in one.samples if sample[0] >= min(WARM, 30 * minutes)]
        memory, files = [sample[1] for sample in after], [sample[2] for sample in after]
        growth = memory[-1] / memory[0] - 1
        print(
            f"process {number}: {one.replies} replies from {len(one.editions)} editions, {len(one.errors)} errors, "
            f"{one.mixed} mixed; memory {memory[0] / 2**20:.0f} -> {memory[-1] / 2**20:.0f} MB ({growth:+.1%}), "
            f"open files {files[0]} -> {files[-1]}, at most {max(files)}"
        )
        for error in sorted(set(one.errors)):
            print(f"  {error}")
        fine &= not one.errors and not one.mixed and growth < MOST_GROWTH and files[-1] <= files[0] + 5
    return fine


def main() -> int:
    """Run and report."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--minutes", type=float, default=30)
    options.add_argument("--processes", type=int, default=2)
    options.add_argument("--threads", type=int, default=5)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as place, multiprocessing.Manager() as manager:
        corpus, index, own = (Path(place) / name for name in ("corpus", "index", "tmp"))
        corpus.mkdir()
        own.mkdir()
        os.environ["TMPDIR"] = tempfile.tempdir = str(own)
        publish(corpus, len(SUBJECTS), 1)
        from ragassist import Encoder, index_corpus

        index_corpus(corpus, index, Encoder.load())
        stop, sizes = manager.Event(), [0]
        watching = threading.Thread(target=temporary, args=(own, sizes, stop))
        watching.start()
        with ProcessPoolExecutor(chosen.processes, multiprocessing.get_context("spawn")) as pool:
            asking: list[Future[Asked]] = [
                pool.submit(ask, index, chosen.threads, stop) for _ in range(chosen.processes)
            ]
            try:
                switched, papers, shown = change(corpus, index, chosen.minutes)
            finally:
                stop.set()
            asked = [one.result() for one in asking]
        watching.join()
    print(
        f"{switched} generations, {papers} papers, {shown} hostile files, {max(sizes) / 2**20:.1f} MB temporary files"
    )
    return 0 if told(asked, chosen.minutes) and max(sizes) < MOST_TEMPORARY else 1


if __name__ == "__main__":
    sys.exit(main())
