"""Changes to the groups of a run, which its report, labels and model follow.

==========  ==========================================================================
``change``  a change is made, and what came of it printed: what all of them share
``merge``   some groups become one
``rename``  a group gets a name
``cut``     groups are joined along the run's tree
``undo``    the last change is taken back
==========  ==========================================================================
"""
