"""Which distances a pass need not compute, and whether finding that out pays.

=================  =================================================================
``counts``         what a pass did: counts that the policy decides by
``cost_model``     what a pass costs, relative to a full one
``policy``         which kind of pass comes next
``center_groups``  centers in groups that share a lower bound (Yinyang)
``errors``         how much rounding may change a distance
``quantized``      rows and centers as 8-bit integers: cheap lower bounds
``bounds``         upper and lower bounds for every row (Hamerly, Yinyang)
``zorder``         rows sorted along a Z-order (Morton) curve
``candidates``     which centers a bounding box has to be compared with
``boxes``          rows of few features in bounding boxes (Kanungo's filtering)
=================  =================================================================
"""
