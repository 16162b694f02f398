"""Checks of options that need the data."""

from kmosaic.errors import InputError


def check_n_clusters(n_clusters: int, n_samples: int, source: str) -> None:
    """Refuse more clusters than there are points."""
    if n_clusters > n_samples:
        raise InputError(
            f"-k {n_clusters} asks for more clusters than the {n_samples:,} points of "
            f"{source}. Pass -k {n_samples} or less."
        )


def check_numbers(numbers: tuple[int, ...], n_samples: int, source: str) -> None:
    """Refuse to judge as many groups as there are points."""
    if numbers[-1] < n_samples:
        return
    step = "They are too few to judge groups in."
    if n_samples > 3:
        step = f"Pass -k 2:{n_samples - 1}, or smaller numbers."
    raise InputError(
        f"-k asks for up to {numbers[-1]} groups, and {source} has {n_samples:,} rows. "
        f"{step}"
    )
