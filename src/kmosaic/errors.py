"""The one error that a user's mistake raises outside the estimators."""


class InputError(ValueError):
    """What was given, what is allowed, and what to do next, in one sentence.

    Readers, model files and commands raise it; the command line prints its message
    as one line and exits with code 2. The estimators raise scikit-learn's types.
    """
