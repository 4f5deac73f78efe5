"""What an indexing run tells: how far it is, and what it did."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

NAMED = 20  # papers or files of one kind that a summary for people names; the JSON names them all


@dataclass(frozen=True, slots=True)
class Step:
    """How far an indexing run is: first files are compared with what is known of them, then the new are parsed and
    encoded.

    done, total: files of which that is done, and all of which it has to be; part of what is encoded in one go counts
    for as many files. name: the file in hand.
    """

    doing: Literal["reading", "encoding"]
    done: int
    total: int
    name: str


Progress: TypeAlias = Callable[[Step], None]
Stopping: TypeAlias = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Changes:
    """What an indexing run did; prints as its summary.

    added, changed, unchanged, removed: document ids. refused: for each file that is no paper the sentence that says
    why. passed_over: the same for each file of a paper of which another file was taken. remarks: by document id, what
    could not be read of it, a sentence each. rebuilt: why not all of the index that there was could be used, empty
    when it could.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    passed_over: Mapping[str, str] = field(default_factory=dict)
    remarks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rebuilt: str = ""

    def __str__(self) -> str:
        remarks = [f"{id}: {remark}" for id in (*self.added, *self.changed) for remark in self.remarks.get(id, ())]
        return "\n".join([*self._counted(), *_first(list(self.passed_over.values())), *_first(remarks)])

    def in_a_line(self) -> str:
        """The counts, and the papers that were added, changed and removed."""
        return " ".join(self._counted())

    def _counted(self) -> Iterator[str]:
        counts = {"added": self.added, "changed": self.changed, "removed": self.removed, "unchanged": self.unchanged}
        more = {"refused": self.refused, "passed over": self.passed_over}
        told = [f"{len(ids)} {name}" for name, ids in counts.items()]
        yield ", ".join([*told, *(f"{len(files)} {name}" for name, files in more.items() if files)]) + "."
        for name in ("added", "changed", "removed"):
            if counts[name]:
                yield f"{name.capitalize()}: {', '.join(_first(counts[name]))}."

    def news(self, last: Changes | None) -> bool:
        """Whether this tells more than that nothing has changed since the run before."""
        moved = self.added or self.changed or self.removed
        return bool(moved) or last is None or (self.refused, self.passed_over) != (last.refused, last.passed_over)

    def json(self) -> dict[str, Any]:
        """The same for scripts, nothing left out."""
        return asdict(self)


def _first(things: Sequence[str]) -> list[str]:
    """As many as can be read, and how many more there are."""
    more = len(things) - NAMED
    return [*things[:NAMED], *([f"and {more:,} more (--json names them all)"] if more > 0 else [])]
