"""Run folders: results saved, opened again, edited, explored further.

::

    values      values from JSON, checked
    edits       groups merged and named, as data
    record      what run.json says, checked; earlier versions migrated
    predictor   from a new row to its group, as a file
    labels_csv  the group of each row as a table
    new_data    data for a model: read as those of its fit were, held to their columns
    replay      a saved run described again: no file is read
    store       a run written to its folder
    folder      a run folder opened
    operations  merge, rename, cut and undo
    drill_down  one group explored by itself: a plan, then its execution
    compare     two run folders
"""
