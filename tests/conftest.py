"""What tests of several files share."""

from __future__ import annotations

import os
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"  # read on import: no test asks a model hub
os.environ.pop("RAGASSIST_MODEL", None)

import pytest
from hypothesis import settings

from printed_papers import CORPUS, SEED, read
from ragassist.corpus import index_corpus
from ragassist.document import Document
from ragassist.encoder import Encoder

pytest_plugins = ["browsing", "index_states"]

# A busy machine is no failure, and a failure is the same one each time.
settings.register_profile("ragassist", deadline=None, derandomize=True)
settings.load_profile("ragassist")


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The model that ships, loaded once for all tests."""
    return Encoder.load()


@pytest.fixture(scope="session")
def seed() -> Document:
    """The first paper of the corpus, parsed."""
    return read(SEED)


@pytest.fixture(scope="session")
def seed_index(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the corpus as it is, made once for all tests; who changes it takes a copy."""
    folder = tmp_path_factory.mktemp("seed") / "index"
    index_corpus(CORPUS, folder, encoder)
    return folder
