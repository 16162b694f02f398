"""Named columns become points.

===============  =====================================================================
``columns``      one column as it was read: numbers or texts, with gaps
``options``      what of a table becomes points, and how: as its user said
``id_columns``   columns that only count the rows
``suggestions``  what to type where a table cannot become points as it is
``missing``      rows with missing values are left out, or the values filled in
``encode``       what is to be known of a column is learned; by it, rows become points
``table``        all of these, one after another: from columns to a `Dataset`
===============  =====================================================================
"""
