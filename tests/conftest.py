"""Settings for all tests."""

import signal

from hypothesis import settings

# Compiling on first use breaks any deadline; a suite that others rely on must not change
# its mind from run to run.
settings.register_profile("kmosaic", deadline=None, derandomize=True, max_examples=100)
settings.load_profile("kmosaic")

# A shell starts what it runs in the background deaf to Ctrl-C, and all that this starts in
# turn: tests that send it would wait forever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
