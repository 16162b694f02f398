"""
Merging the two kinds of 1
==========================

With twelve groups the upright and the slanted ones each have a group. The tree shows
which groups are alike; putting the two together is one step, which can be undone, and new
pictures go to the joined group.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from kmosaic.cli import run
from kmosaic.explore import merge, open_run
from kmosaic.plots import plot_tree

with TemporaryDirectory() as folder:
    target = str(Path(folder) / "run")
    assert run(["explore", "digits", "-k", "12", "-o", target, "--quiet"]) == 0
    found = open_run(target)
    one = found.truth.classes.index("1")
    kinds = [j for j, label in enumerate(found.truth.majority) if label == one]
    after = merge(target, kinds, "ones") if len(kinds) > 1 else found

print(
    "groups of ones:", kinds, "-", len(found.clusters), "groups became", len(after.clusters)
)
plot_tree(after).figure
