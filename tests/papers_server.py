"""The app over a folder of papers that it may change, far from any network: for tests of the papers panel.

Run as a script it serves the page: `python tests/papers_server.py CORPUS INDEX`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from ragassist.app import run
from ragassist.app.library import Library
from ragassist.fetch import Client, Sites


def offline() -> Client:
    """Asks sites whose names nobody knows."""
    return Client(Sites(addresses=unknown))


def unknown(host: str, port: int) -> list[str]:
    raise OSError(f"{host}: name or service not known")


if __name__ == "__main__":
    corpus, index = map(Path, sys.argv[1:])
    library = Library(corpus, index, client=offline)
    run(library.open, port=0, library=library)
