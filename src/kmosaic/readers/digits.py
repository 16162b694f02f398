"""The handwritten digits that come with scikit-learn."""

from kmosaic.readers.dataset import Dataset


def read_digits() -> Dataset:
    """Give 1,797 pictures of 8 × 8, float64 from 0 to 16, and the digits they show."""
    from sklearn.datasets import load_digits  # here: it takes a second to import

    bunch = load_digits()
    return Dataset(X=bunch.data, name="digits", labels=bunch.target, image_shape=(8, 8))
