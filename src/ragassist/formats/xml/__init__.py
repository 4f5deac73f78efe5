"""Official XML and the Tweede Kamer's own: one file a dialect."""

from __future__ import annotations
