"""What became of each wish while the panel's jobs are done: functions of the results before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from ragassist.corpus import Changes
from ragassist.rendering import Outcome, Result

TOLD = 500  # results that are kept; the oldest go first
AGAIN: frozenset[Outcome] = frozenset({"failed", "offline", "stopped", "busy"})  # worth another try

Results = tuple[Result, ...]


def told(results: Results, result: Result) -> Results:
    """With one more; another result of the same wish is replaced."""
    others = [other for other in results if (other.label, other.file) != (result.label, result.file)]
    return (*others, result)[-TOLD:]


def left(results: Results) -> Results:
    """What is still of interest when something new is asked for: files that were not read."""
    return tuple(result for result in results if result.outcome == "unread")


def read(results: Results, files: Collection[str], changes: Changes) -> Results:
    """After the folder was read, these waiting files among others."""
    return tuple(_read(result, changes) if result.file in files else result for result in results)


def fetched(results: Results, wish: str, files: Collection[str]) -> Results:
    """After a wish was fetched, as these files; none where the folder had it already."""
    others = tuple(result for result in results if result.label != wish or result.file)
    came: list[Result] = [Result(wish, "waiting", file=file) for file in files]
    return (*others, *(came or [Result(wish, "there")]))


def waiting(results: Results) -> frozenset[str]:
    """The files that wait to be read."""
    return frozenset(result.file for result in results if result.outcome in {"waiting", "unread"} and result.file)


def given_up(results: Results) -> Results:
    """After a stop or a failure: files that came in wait for another reading; what was to be fetched is not."""
    return tuple(
        replace(result, outcome="unread" if result.file else "stopped") if result.outcome == "waiting" else result
        for result in results
    )


def resumed(results: Results) -> Results:
    """When the folder is read again: files that were not read wait once more."""
    return tuple(replace(result, outcome="waiting") if result.outcome == "unread" else result for result in results)


def wishes(results: Results) -> tuple[str, ...]:
    """What was to be fetched and was not."""
    return tuple(result.label for result in results if result.outcome in AGAIN and result.wish)


def _read(result: Result, changes: Changes) -> Result:
    if why := changes.refused.get(result.file):
        return replace(result, outcome="refused", why=why.removeprefix(f"{result.file}: "))
    if why := changes.passed_over.get(result.file):
        return replace(result, outcome="passed_over", why=why.removeprefix(f"{result.file}: "))
    return replace(result, outcome="read_now", why="")
