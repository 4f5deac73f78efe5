"""Web pages: one file a dialect, and what they share."""

from __future__ import annotations
