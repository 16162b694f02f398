"""One clustering described.

::

    clustering   the groups, and two passes over them  -> Clustering
    scores       how well separated: silhouette, Calinski-Harabasz, Davies-Bouldin
    match        groups against true labels: majority, one-to-one, Rand and others
    agreement    two groupings of the same rows
    words        the finding in sentences, and what sets a group apart
    members      the nearest, random and farthest rows of each group
    projection   the map: PCA, or t-SNE and the groups found in its plane
    hierarchy    the tree over the groups by Ward's method; cuts of a tree
    diagnostics  outliers, near pairs, stability, trees
    assumptions  whether the assumptions of k-means hold
    summary      all of it put together  -> Exploration
"""
