"""Settings for all tests."""

import signal
from pathlib import Path

import pytest

from tests.examples import load_profile
from tests.slow import is_slow

load_profile()

# A shell starts what it runs in the background deaf to Ctrl-C, and all that this starts in
# turn: tests that send it would wait forever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave slow files unread where no slow test is asked for: reading takes time, too."""
    left_out = config.option.markexpr == "not slow" and is_slow(collection_path)
    return True if left_out else None  # None: others may have a say


@pytest.hookimpl(tryfirst=True)  # before -m chooses among them
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of slow files."""
    for item in items:
        if is_slow(item.path):
            item.add_marker(pytest.mark.slow)
