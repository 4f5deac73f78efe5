"""What tests of several files share."""

from __future__ import annotations

import os

os.environ["HF_HUB_OFFLINE"] = "1"  # read on import: no test asks a model hub
os.environ.pop("RAGASSIST_MODEL", None)

import pytest
from hypothesis import settings

from ragassist.encoder import Encoder

# A busy machine is no failure, and a failure is the same one each time.
settings.register_profile("ragassist", deadline=None, derandomize=True)
settings.load_profile("ragassist")


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The model that ships, loaded once for all tests."""
    return Encoder.load()
