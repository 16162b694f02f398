"""Files: checked before they are read, written whole or not at all.

============  ========================================================================
``checks``    what can be read or written; what a file is, judged by its first bytes
``patterns``  patterns such as 'photos/*.jpg', and what they mean
``atomic``    a file or a folder of files appears when its last byte is on disk
============  ========================================================================
"""

from kmosaic.files.atomic import new_folder, write_atomically, write_folder
from kmosaic.files.checks import (
    check_no_input,
    check_readable,
    check_run_folder,
    check_writable,
    check_writable_folder,
    describe_beginning,
    reason,
)
from kmosaic.files.patterns import is_pattern, paths_matching

__all__ = [
    "check_no_input",
    "check_readable",
    "check_run_folder",
    "check_writable",
    "check_writable_folder",
    "describe_beginning",
    "is_pattern",
    "new_folder",
    "paths_matching",
    "reason",
    "write_atomically",
    "write_folder",
]
