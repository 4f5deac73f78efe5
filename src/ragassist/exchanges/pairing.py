"""Questions and answers that stand apart in the paper, matched in the order of both by what they speak of."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from ragassist.document import Paragraph
from ragassist.dutch import content_words, grams
from ragassist.exchanges.asking import Asker, Pair
from ragassist.exchanges.sides import asks

GRAM = 5  # letters: stretches of words are compared, so that compounds are near their parts
RESTATED = (
    0.75  # of the words of a question, beyond which a paragraph among the answers is that question, printed again
)
SKIPPING = 0.05  # similarity that passing over a question costs; 0.03 to 0.1 pair as many rightly


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
    owners = _owners([_weighed([answer], weights) for answer in answers], words, restated)
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


def _grams(paragraph: Paragraph) -> list[str]:
    return [gram for word in content_words(paragraph.text) for gram in grams(word, GRAM)]


def _rarity(paragraphs: Sequence[Paragraph]) -> dict[str, float]:
    """How much each word tells: the logarithm of how many paragraphs there are to each that has it."""
    seen = Counter(gram for paragraph in paragraphs for gram in set(_grams(paragraph)))
    return {gram: math.log(1 + len(paragraphs) / count) for gram, count in seen.items()}


def _weighed(paragraphs: Sequence[Paragraph], rarity: dict[str, float]) -> dict[str, float]:
    return {gram: rarity[gram] for paragraph in paragraphs for gram in _grams(paragraph)}


def _cosine(one: dict[str, float], other: dict[str, float]) -> float:
    shared = sum(weight * weight for gram, weight in one.items() if gram in other)
    lengths = math.sqrt(sum(w * w for w in one.values()) * sum(w * w for w in other.values()))
    return shared / lengths if lengths else 0.0


def _restates(answer: Paragraph, blocks: Sequence[dict[str, float]], rarity: dict[str, float]) -> int | None:
    """The question that a paragraph among the answers prints again, None when it does not."""
    words = _weighed([answer], rarity)
    best = max(range(len(blocks)), key=lambda at: _cosine(words, blocks[at]))
    return best if _cosine(words, blocks[best]) >= RESTATED and asks(answer) else None


def _owners(
    answers: Sequence[dict[str, float]], blocks: Sequence[dict[str, float]], restated: Sequence[int | None]
) -> list[int]:
    """For each answer's paragraph the question that it belongs to, never going back: the best total similarity wins."""
    # (similarity, how early its questions come, path): what is as near to two questions belongs to the earlier one.
    best = [(_fit(answers[0], block, restated[0], at) - SKIPPING * at, -at, [at]) for at, block in enumerate(blocks)]
    for answer, again in zip(answers[1:], restated[1:], strict=True):
        step: list[tuple[float, int, list[int]]] = []
        for at, block in enumerate(blocks):
            total, early, path = max(
                (best[before][0] - SKIPPING * max(0, at - before - 1), *best[before][1:]) for before in range(at + 1)
            )
            step.append((total + _fit(answer, block, again, at), early - at, [*path, at]))
        best = step
    last = len(blocks) - 1
    return max((total - SKIPPING * (last - path[-1]), early, path) for total, early, path in best)[2]


def _fit(answer: dict[str, float], block: dict[str, float], restated: int | None, at: int) -> float:
    return 1.0 if restated == at else _cosine(answer, block)
