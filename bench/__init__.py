"""How fast and how large: ragassist at 1 to 100,000 papers, beside others on the same passages. See README.md."""

from __future__ import annotations
