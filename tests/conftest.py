"""Settings for all tests."""

from hypothesis import settings

# Compiling on first use breaks any deadline; a suite that others rely on must not change
# its mind from run to run.
settings.register_profile("kmosaic", deadline=None, derandomize=True, max_examples=100)
settings.load_profile("kmosaic")
