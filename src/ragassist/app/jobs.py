"""What is done to the papers behind the page: one job at a time in a thread of its own, the others wait their turn.

Jobs are kept here and not in the browser: a page that is opened, or opened again, in the middle of one finds it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from ragassist import references
from ragassist.app import results
from ragassist.app.library import Library
from ragassist.corpus import Step
from ragassist.errors import IndexBusy, PaperError, RagassistError, SiteUnavailable, Stopped
from ragassist.rendering import Outcome, Result

Doing = Literal["fetch", "remove", "drop", "read"]

WAITING = 64  # jobs that wait their turn; the next one is told that it is too busy
QUIET = 0.4  # seconds without an upload before the folder is read: several files are read in one go
OUTCOMES: dict[type[RagassistError], Outcome] = {SiteUnavailable: "offline", IndexBusy: "busy", Stopped: "stopped"}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to do. what: a reference to fetch, the id of a paper to remove, the name of a file to drop."""

    doing: Doing
    what: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """What is being done.

    job: None when nothing is. step: how far it is, None where that is not known. left: seconds that it will still take,
    None where that cannot be told yet. waiting: jobs after this one. version: another one when the list is another.
    """

    job: Job | None
    step: Step | None
    left: float | None
    stopping: bool
    waiting: int
    results: results.Results
    version: int


IDLE = Status(None, None, None, stopping=False, waiting=0, results=(), version=0)


class Jobs:
    """The one worker. ended: called after each job that was done, in the worker's thread."""

    def __init__(self, library: Library, ended: Callable[[], None]) -> None:
        self._library = library
        self._ended = ended
        self._changed = threading.Condition()
        self._waiting: list[Job] = []
        self._job: Job | None = None
        self._step: Step | None = None
        self._since = 0.0  # when the stage that is under way began
        self._stop = threading.Event()
        self._arriving = 0  # files that are being saved
        self._arrived = 0.0  # when the last one was
        self._results: results.Results = ()
        self._version = 0
        self._thread: threading.Thread | None = None
        self._verbs: dict[Doing, Callable[[str], None]] = {
            "fetch": self._fetch,
            "remove": self._remove,
            "drop": self._drop,
            "read": self._read,
        }

    def status(self) -> Status:
        """What is being done now."""
        with self._changed:
            job = self._job or next(iter(self._waiting), None)
            waiting = len(self._waiting) - (job is not None and self._job is None)
            stopping = self._stop.is_set()
            return Status(job, self._step, self._left(), stopping, waiting, self._results, self._version)

    def receive(self, name: str, data: bytes) -> Result:
        """Save a file in the folder; the folder is read when no more come in. One that is no paper is refused."""
        with self._changed:
            self._begin()
            self._arriving += 1
        try:
            result = self._kept(name, data)
        finally:
            with self._changed:
                self._arriving -= 1
                self._arrived = time.monotonic()
        with self._changed:
            self._results = results.told(self._results, result)
            self._version += 1
            if result.file:
                self._add(Job("read"))
        return result

    def ask(self, job: Job) -> bool:
        """Have a job done when its turn comes; False when too many wait."""
        with self._changed:
            if job not in self._waiting and len(self._waiting) >= WAITING:
                return False
            self._begin()
            if job.doing == "fetch":
                self._results = results.told(self._results, Result(job.what, "waiting", wish=True))
            if job.doing == "read":
                self._results = results.resumed(self._results)
            self._add(job)
            return True

    def retry(self) -> bool:
        """Fetch again what was not fetched; False when too many wait."""
        return all(self.ask(Job("fetch", wish)) for wish in results.wishes(self.status().results))

    def stop(self) -> None:
        """Give up what is being done and what waits; the index stays as it is."""
        with self._changed:
            self._waiting.clear()
            if self._job:
                self._stop.set()
            else:
                self._results = results.given_up(self._results)
                self._version += 1

    def _kept(self, name: str, data: bytes) -> Result:
        try:
            return Result(name, "waiting", file=self._library.keep(name, data))
        except PaperError as error:
            return Result(name, "refused", str(error).removeprefix(f"{name}: "))
        except RagassistError as error:
            return Result(name, "failed", str(error))

    def _begin(self) -> None:
        """What was told of earlier jobs is forgotten when a new one comes, but for files that are still to be read."""
        if not (self._job or self._waiting or self._arriving):
            self._results = results.left(self._results)

    def _add(self, job: Job) -> None:
        if job not in self._waiting:
            self._waiting.append(job)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="papers", daemon=True)
            self._thread.start()
        self._version += 1
        self._changed.notify_all()

    def _left(self) -> float | None:
        step, passed = self._step, time.monotonic() - self._since
        if step is None or not step.done or passed < 1:
            return None
        return passed / step.done * (step.total - step.done)

    def _work(self) -> None:
        while True:
            with self._changed:
                while not (job := self._next()):
                    self._changed.wait(QUIET / 4 if self._waiting else None)
                self._waiting.remove(job)
                self._job = job
                self._stop.clear()
            self._do(job)
            with self._changed:
                self._job = self._step = None
                if self._stop.is_set():
                    self._stop.clear()
                    self._waiting.clear()
                    self._results = results.given_up(self._results)
                self._version += 1

    def _next(self) -> Job | None:
        """The job whose turn it is: the folder is read last, and not while files come in."""
        other = next((job for job in self._waiting if job.doing != "read"), None)
        quiet = not self._arriving and time.monotonic() - self._arrived >= QUIET
        return other or (self._waiting[0] if self._waiting and quiet else None)

    def _do(self, job: Job) -> None:
        try:
            self._verbs[job.doing](job.what)
            self._ended()
        except RagassistError as error:
            outcome = OUTCOMES.get(type(error), "failed")
            self._failed(job, outcome, str(error) if outcome == "failed" else "")
        except Exception:
            log.exception("A job of the papers panel went wrong")
            self._failed(job, "failed", "")

    def _read(self, _: str) -> None:
        files = results.waiting(self._results)
        changes = self._library.read(self._tell, self._stop.is_set)
        with self._changed:
            self._results = results.read(self._results, files, changes)

    def _fetch(self, what: str) -> None:
        files = self._library.fetch(what)
        with self._changed:
            self._results = results.fetched(self._results, what, files)
            self._add(Job("read"))

    def _remove(self, id: str) -> None:
        with suppress(KeyError):  # it is gone already
            self._library.remove(id)
        with self._changed:
            self._results = results.told(self._results, Result(references.write(references.Paper(id)), "removed"))

    def _drop(self, name: str) -> None:
        with suppress(KeyError):  # it is gone already
            self._library.drop(name)
        with self._changed:
            kept = tuple(result for result in self._results if result.file != name)
            self._results = results.told(kept, Result(name, "removed"))
            self._add(Job("read"))

    def _tell(self, step: Step) -> None:
        with self._changed:
            if self._step is None or self._step.doing != step.doing:
                self._since = time.monotonic()
            self._step = step

    def _failed(self, job: Job, outcome: Outcome, why: str) -> None:
        with self._changed:
            wish = job.doing == "fetch"
            self._results = results.told(self._results, Result(job.what, outcome, why, wish=wish))
            if job.doing == "read":
                self._results = results.given_up(self._results)
