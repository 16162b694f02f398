"""``python -m kmosaic`` is the command ``kmosaic``."""

from kmosaic.cli import main

if __name__ == "__main__":
    main()
