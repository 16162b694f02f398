"""Errors as a user should see them: one sentence with the next step, and an exit code."""

import errno

import typer

from kmosaic.errors import InputError

MISTAKE = 2
DEFECT = 1
MOST_SHOWN = 80  # characters of a list that a shell spelled out
INTERRUPTED = 130  # 128 + the number of the signal that Ctrl-C sends

# typer carries click inside of itself since 0.20, and before took it from outside: click's
# class of errors of usage is found by its name, wherever it is from.
_UsageError = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "UsageError")

_DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class PartFailedError(Exception):
    """Some of many files were done, others not: named one by one before."""


def exit_code(error: BaseException) -> int:
    """Give the exit code for an error: the user's mistake, or a defect of the program."""
    # scikit-learn's refusals of parameters and data are ValueErrors.
    mistakes = (InputError, _UsageError, ValueError, OSError, MemoryError)
    return MISTAKE if isinstance(error, mistakes) else DEFECT


def sentence(error: BaseException) -> str:
    """Say in one line what went wrong and what to do."""
    return " ".join(_describe(error).split())


def _describe(error: BaseException) -> str:
    """Say what went wrong, in the words for its kind of error."""
    if isinstance(error, _UsageError):
        return _usage(error)
    if isinstance(error, OSError):
        return _system(error)
    if isinstance(error, MemoryError):
        return (
            f"There is not enough memory ({error or 'nothing left'}). Use fewer points, or "
            "store them in a narrower type, such as float32 or uint8."
        )
    if isinstance(error, (ValueError, PartFailedError)):
        return str(error)
    return (
        f"kmosaic failed ({type(error).__name__}: {error}). This is a defect: please "
        "report what the same command shows with --debug."
    )


def _usage(error: BaseException) -> str:
    """Give the message of a mistake in the command itself, and where to look it up."""
    message: str = error.format_message()  # type: ignore[attr-defined] # all of click's have it
    message = message.strip().replace("Value error, ", "")  # the type of pydantic's error
    if "unexpected extra argument" in message:
        more = "" if len(message) <= MOST_SHOWN else " ..."
        message = (
            f"{message[:MOST_SHOWN]}{more} If that was a pattern, quote it, so that no "
            "shell spells it out: 'photos/*.jpg'."
        )
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "kmosaic"
    end = "" if message.endswith((".", "?")) else "."
    return f"{message}{end} See: {command} --help"


def _system(error: OSError) -> str:
    """Say what the system refused, and for which file."""
    place = error.filename or "Standard output"
    if error.errno in _DISK_FULL:
        return (
            f"{place} was not written: {error.strerror}. Free some space, or choose "
            "another place with -o."
        )
    return f"{place}: {error.strerror or error}. Check the name and its permissions."
