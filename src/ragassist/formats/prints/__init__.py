"""Papers as they are printed: PDF and TXT give lines, `printed` reads them."""

from __future__ import annotations
