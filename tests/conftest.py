"""Settings for all tests."""

import signal

import pytest

from tests.examples import load_profile
from tests.slow import is_slow

load_profile()

# A shell starts what it runs in the background deaf to Ctrl-C, and all that this starts in
# turn: tests that send it would wait forever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)  # before -m chooses among them
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of slow files."""
    for item in items:
        if is_slow(item.path):
            item.add_marker(pytest.mark.slow)
