"""``python -m kmosaic`` is the command ``kmosaic``."""

from kmosaic.cli import main

main()
