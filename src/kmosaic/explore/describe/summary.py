"""All questions asked of a clustering, and the answers put together."""

from kmosaic.explore.describe.assumptions import doubts
from kmosaic.explore.describe.clustering import Clustering, distance_to_mean
from kmosaic.explore.describe.diagnostics import look_closer
from kmosaic.explore.describe.match import judge
from kmosaic.explore.describe.members import groups_of
from kmosaic.explore.describe.projection import map_of
from kmosaic.explore.describe.scores import (
    Silhouettes,
    calinski_harabasz,
    davies_bouldin,
    silhouettes,
)
from kmosaic.explore.describe.words import finding, notes, one_sided
from kmosaic.explore.task.methods import asides
from kmosaic.explore.task.progress import Progress
from kmosaic.readers.tabular.id_columns import ids_among
from kmosaic.report.model.exploration import Data, Exploration, Scores

# What share of the work is done after each part, on 60,000 images of MNIST.
SHARES = {"fit": 50, "silhouettes": 65, "map": 75}


def summarize(found: Clustering, told: Progress = lambda done, of: None) -> Exploration:
    """Ask every question of groups that are there."""
    task, k = found.task, found.n_groups
    truth = judge(task.true, found.labels, k) if task.true else None
    apart = silhouettes(found.points, found.labels, k, task.seed)
    told(SHARES["silhouettes"], 100)
    with asides():
        plane = map_of(found)
        told(SHARES["map"], 100)
        data, closer = data_of(found), look_closer(found)
        most = found.model.max_iter if task.method == "kmeans" else found.run.n_iter + 1
        ids = ids_among(task.X, task.feature_names) if task.feature_names else []
        warned = notes(data, found.run.n_iter, most, found.shown, ids, task.columns)
        # Shapes mean little while one column decides: that is to be mended first.
        doubted = doubts(found, shapes=not ids and not one_sided(data, found.shown))
    told(100, 100)
    return Exploration(
        finding=finding(
            data, found.overview.sizes, apart.mean, truth, plane.clustering, found.names
        ),
        notes=(*task.notes, *warned, *doubted),
        data=data,
        run=found.run,
        scores=scores_of(found, apart),
        clusters=groups_of(found, apart),
        truth=truth,
        map=plane,
        labels=found.labels,
        closer=closer,
        model=found.model,
        preparation=found.preparation,
        row_names=task.row_names,
    )


def data_of(found: Clustering) -> Data:
    """What was clustered."""
    task, preparation = found.task, found.preparation
    return Data(
        name=task.name,
        n_samples=len(task.X),
        n_features=task.X.shape[1],
        dtype=str(task.X.dtype),
        image_shape=task.image_shape,
        feature_names=task.feature_names,
        value_range=found.shown.value_range,
        scale=task.scale,
        reduced_to=task.reduce,
        reduced_share=preparation.explained if preparation else None,
    )


def scores_of(found: Clustering, apart: Silhouettes) -> Scores:
    """How well separated the groups are."""
    return Scores(
        silhouette=apart.mean,
        silhouette_error=apart.error,
        silhouette_n_samples=apart.n_samples,
        calinski_harabasz=calinski_harabasz(found.overview),
        davies_bouldin=davies_bouldin(
            found.overview, distance_to_mean(found), found.labels
        ),
    )
