"""Text -> tokens, for any number of threads at once: `tokenizers` itself, with no setting that a call would change."""

from __future__ import annotations

import json

import numpy as np
from tokenizers import Tokenizer

from ragassist.encoder.backend import Floats, Pieces


class Pieced:
    """A tokenizer that cuts nothing off and pads nothing.

    layout: its tokenizer.json. rarity: float32 [vocabulary], minus the log probability of each token, which a unigram
    tokenizer knows from the many texts that it was made from (Kudo, ACL 2018); None for other tokenizers.
    """

    def __init__(self, layout: str) -> None:
        self._tokenizer = Tokenizer.from_str(layout)
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.rarity = _rarity(layout)

    def pieces(self, text: str) -> Pieces:
        """The tokens of a text, with the special ones that the model wants around them."""
        encoding = self._tokenizer.encode(text)
        return Pieces(encoding.ids, encoding.offsets)


def _rarity(layout: str) -> Floats | None:
    model = json.loads(layout)["model"]
    if model["type"] != "Unigram":
        return None
    return np.array([-score for _, score in model["vocab"]], np.float32)
