"""How far a fit is: never back, and all of it in the end."""

import numpy as np
import pytest

from kmosaic.explore import explore

X = np.random.default_rng(0).normal(size=(3000, 3))


@pytest.mark.parametrize("method", ["kmeans", "bisecting"])
@pytest.mark.parametrize("n_init", [1, 4])
def test_progress_only_rises(method: str, n_init: int) -> None:
    told: list[tuple[int, int]] = []
    found = explore(
        X,
        5,
        method=method,
        n_init=n_init,
        progress=lambda done, of: told.append((done, of)),
    )
    shares = [done for done, _ in told]
    assert {of for _, of in told} == {100}
    assert shares == sorted(shares)
    assert shares[-1] == 100
    # The fit is half of it, told in steps, and not all at once.
    assert len({share for share in shares if share <= 50}) > 3
    if found.model is not None:
        assert np.array_equal(found.model.fit(X).labels_, found.labels)
        assert shares == [done for done, _ in told]  # a later fit is nobody's business
