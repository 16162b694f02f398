"""Run folders: results saved, opened again, edited, explored further.

::

    edits       groups merged and named, as data
    record      what run.json says, checked
    labels_csv  the group of each row as a table
    predictor   from a new row to its group, as a file
    folder      a run folder written, and opened again
    operations  merge, rename, cut and undo
    drill_down  one group explored by itself
"""
