"""Settings for all tests."""

import signal

from tests.examples import load_profile

load_profile()

# A shell starts what it runs in the background deaf to Ctrl-C, and all that this starts in
# turn: tests that send it would wait forever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
