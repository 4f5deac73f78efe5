"""Papers as word processors write them: ODT and DOCX."""

from __future__ import annotations
