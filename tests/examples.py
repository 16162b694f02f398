"""How many random examples a law is held to: few each time, many by night."""

import os

from hypothesis import settings

# KMOSAIC_TEST_PROFILE=nightly: `make test-nightly`.
NIGHTLY = os.environ.get("KMOSAIC_TEST_PROFILE") == "nightly"
MANY = 5_000


def examples(n: int) -> int:
    """Give the number of examples of a test that takes n by day."""
    return max(n, MANY) if NIGHTLY else n


def load_profile() -> None:
    """Set up Hypothesis for all tests.

    By day the examples are the same each time: a suite that others rely on must not change
    its mind from run to run. By night they are random, and a failure prints the line
    (``@reproduce_failure``) that runs it again. Compiling on first use breaks any deadline.
    """
    settings.register_profile(
        "kmosaic",
        deadline=None,
        derandomize=not NIGHTLY,
        max_examples=examples(100),
        print_blob=True,
    )
    settings.load_profile("kmosaic")
