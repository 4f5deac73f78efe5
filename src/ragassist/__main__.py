"""`python -m ragassist`."""

from __future__ import annotations

from ragassist.cli import main

main()
