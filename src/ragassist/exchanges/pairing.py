"""Questions and answers that stand apart in the paper, matched in the order of both by what they speak of."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from ragassist.document import Paragraph
from ragassist.dutch import content_words
from ragassist.exchanges.asking import Asker, Pair
from ragassist.exchanges.sides import asks, leaning

STEM = 7  # letters of a word that are compared: talentenpool and talentenpools are the same
RESTATED = (
    0.75  # of the words of a question, beyond which a paragraph among the answers is that question, printed again
)
STAYING = 0.06  # similarity that an answer's next paragraph is given for going on about the same question …
TURNING = 0.12  # … and that one which says what was asked is given for going on to another
SKIPPING = 0.02  # what each question that is passed over costs


def pair_up(asker: Asker, asked: Sequence[Paragraph], replies: Sequence[Paragraph]) -> list[Pair]:
    """The questions in `asked`, each with the paragraphs of `replies` that answer it; both keep their order.

    Questions that nothing answers by itself are answered together with the next one. Replies are headed by what stands
    above them, questions too.
    """
    heading = tuple(p.text for p in asked[:1] if p.role == "heading")
    blocks = _blocks([p for p in asked if p.role != "heading"])
    answers = [p for p in replies if p.role != "heading"]
    if not blocks:
        numbers = tuple(p.number for p in answers)
        return [Pair((), numbers, asker, heading=heading)] if answers else []
    if not answers:
        return [Pair(tuple(p.number for p in block), (), asker, heading=heading) for block in blocks]
    weights = _rarity([*(p for block in blocks for p in block), *answers])
    words = [_weighed(block, weights) for block in blocks]
    restated = [_restates(answer, words, weights) for answer in answers]
    owners = _owners([_weighed([answer], weights) for answer in answers], words, restated, answers)
    pairs: list[Pair] = []
    question: list[int] = []
    for at, block in enumerate(blocks):
        question += [p.number for p in block]
        mine = [(answer, again) for answer, again, owner in zip(answers, restated, owners, strict=True) if owner == at]
        if mine:
            question += [answer.number for answer, again in mine if again is not None]
            answered = tuple(answer.number for answer, again in mine if again is None)
            pairs.append(Pair(tuple(question), answered, asker, heading=heading))
            question = []
    if question:  # asked last, and answered with what went before
        last = pairs.pop()
        pairs.append(last._replace(question=tuple(sorted((*last.question, *question)))))
    return pairs


def _blocks(paragraphs: Sequence[Paragraph]) -> list[list[Paragraph]]:
    """Paragraphs that ask, parted after each that ends on a request, unless what follows belongs to it."""
    blocks: list[list[Paragraph]] = []
    for paragraph in paragraphs:
        before = blocks[-1][-1] if blocks else None
        goes_on = before is not None and (
            paragraph.role in {"item", "quote", "row"} or before.text.endswith(":") or not asks(before)
        )
        if goes_on:
            blocks[-1].append(paragraph)
        else:
            blocks.append([paragraph])
    if len(blocks) > 1 and not asks(blocks[-1][-1]):  # closing words
        closing = blocks.pop()
        blocks[-1] += closing
    return blocks


def _stems(paragraph: Paragraph) -> list[str]:
    return [word[:STEM] for word in content_words(paragraph.text)]


def _rarity(paragraphs: Sequence[Paragraph]) -> dict[str, float]:
    """How much each word tells: the logarithm of how many paragraphs there are to each that has it."""
    seen = Counter(stem for paragraph in paragraphs for stem in set(_stems(paragraph)))
    return {stem: math.log(1 + len(paragraphs) / count) for stem, count in seen.items()}


def _weighed(paragraphs: Sequence[Paragraph], rarity: dict[str, float]) -> dict[str, float]:
    return {stem: rarity[stem] for paragraph in paragraphs for stem in _stems(paragraph)}


def _cosine(one: dict[str, float], other: dict[str, float]) -> float:
    shared = sum(weight * weight for stem, weight in one.items() if stem in other)
    lengths = math.sqrt(sum(w * w for w in one.values()) * sum(w * w for w in other.values()))
    return shared / lengths if lengths else 0.0


def _restates(answer: Paragraph, blocks: Sequence[dict[str, float]], rarity: dict[str, float]) -> int | None:
    """The question that a paragraph among the answers prints again, None when it does not."""
    words = _weighed([answer], rarity)
    best = max(range(len(blocks)), key=lambda at: _cosine(words, blocks[at]))
    return best if _cosine(words, blocks[best]) >= RESTATED and asks(answer) else None


def _owners(
    answers: Sequence[dict[str, float]],
    blocks: Sequence[dict[str, float]],
    restated: Sequence[int | None],
    paragraphs: Sequence[Paragraph],
) -> list[int]:
    """For each answer's paragraph the question that it belongs to, never going back: the best total similarity wins."""
    best: list[tuple[float, list[int]]] = [
        (_fit(answers[0], block, restated[0], at) - SKIPPING * at, [at]) for at, block in enumerate(blocks)
    ]
    for nth in range(1, len(answers)):
        turning = leaning(paragraphs[nth], None) > 0 or restated[nth] is not None
        step: list[tuple[float, list[int]]] = []
        for at, block in enumerate(blocks):
            total, path = max(
                (
                    best[before][0]
                    + (STAYING if before == at and not turning else 0.0)
                    + (TURNING if before < at and turning else 0.0)
                    - SKIPPING * max(0, at - before - 1),
                    best[before][1],
                )
                for before in range(at + 1)
            )
            step.append((total + _fit(answers[nth], block, restated[nth], at), [*path, at]))
        best = step
    return max(best)[1]


def _fit(answer: dict[str, float], block: dict[str, float], restated: int | None, at: int) -> float:
    return 1.0 if restated == at else _cosine(answer, block)
