"""All questions asked of a clustering, and the answers put together."""

from kmosaic.explore.describe.assumptions import check_assumptions
from kmosaic.explore.describe.clustering import Clustering, distances_to_means
from kmosaic.explore.describe.diagnostics import diagnose
from kmosaic.explore.describe.match import score_against_labels
from kmosaic.explore.describe.members import describe_groups
from kmosaic.explore.describe.projection import map_of
from kmosaic.explore.describe.scores import (
    Silhouettes,
    calinski_harabasz,
    davies_bouldin,
    silhouettes,
)
from kmosaic.explore.describe.words import finding, notes, one_sided
from kmosaic.explore.result import Exploration
from kmosaic.explore.task.methods import ignore_convergence_warnings
from kmosaic.explore.task.progress import Progress
from kmosaic.readers.tabular.id_columns import ids_among
from kmosaic.report.model.exploration import Data, Scores

# What share of the work is done after each part, on 60,000 images of MNIST.
SHARES = {"fit": 50, "silhouettes": 65, "map": 75}


def summarize(
    clustering: Clustering, progress: Progress = lambda done, of: None
) -> Exploration:
    """Ask every question of groups that are there."""
    task, k = clustering.task, clustering.n_groups
    truth = score_against_labels(task.true, clustering.labels, k) if task.true else None
    silhouette = silhouettes(clustering.points, clustering.labels, k, task.seed)
    progress(SHARES["silhouettes"], 100)
    data = data_of(clustering)
    with ignore_convergence_warnings():
        plane = map_of(clustering)
        progress(SHARES["map"], 100)
        diagnostics = diagnose(clustering)
        advice = advice_on(clustering, data)
    progress(100, 100)
    return Exploration(
        finding=finding(
            data,
            clustering.overview.sizes,
            silhouette.mean,
            truth,
            plane.clustering,
            clustering.names,
        ),
        notes=(*task.notes, *advice),
        data=data,
        run=clustering.run,
        scores=scores_of(clustering, silhouette),
        clusters=describe_groups(clustering, silhouette),
        truth=truth,
        map=plane,
        labels=clustering.labels,
        diagnostics=diagnostics,
        model=clustering.model,
        preparation=clustering.preparation,
        row_names=task.row_names,
    )


def advice_on(clustering: Clustering, data: Data) -> tuple[str, ...]:
    """What a reader should know before trusting the groups."""
    task, run = clustering.task, clustering.run
    # Only k-means can be cut short; for others the limit is never reached.
    max_iter = clustering.model.max_iter if task.method == "kmeans" else run.n_iter + 1
    ids = ids_among(task.X, task.feature_names) if task.feature_names else []
    # Shapes mean little while one column decides: that is to be mended first.
    shapes = not ids and not one_sided(data, clustering.shown)
    return (
        *notes(data, run.n_iter, max_iter, clustering.shown, ids, task.columns),
        *check_assumptions(clustering, shapes=shapes),
    )


def data_of(clustering: Clustering) -> Data:
    """What was clustered."""
    task, preparation = clustering.task, clustering.preparation
    return Data(
        name=task.name,
        n_samples=len(task.X),
        n_features=task.X.shape[1],
        dtype=str(task.X.dtype),
        image_shape=task.image_shape,
        feature_names=task.feature_names,
        value_range=clustering.shown.value_range,
        scale=task.scale,
        reduced_to=task.reduce,
        reduced_share=preparation.explained if preparation else None,
    )


def scores_of(clustering: Clustering, silhouette: Silhouettes) -> Scores:
    """How well separated the groups are."""
    return Scores(
        silhouette=silhouette.mean,
        silhouette_error=silhouette.error,
        silhouette_n_samples=silhouette.n_samples,
        calinski_harabasz=calinski_harabasz(clustering.overview),
        davies_bouldin=davies_bouldin(
            clustering.overview, distances_to_means(clustering), clustering.labels
        ),
    )
