"""What the machine allows this process to use.

===========  ========================================================================
``threads``  how many threads: the environment variable, affinity, the control group
===========  ========================================================================
"""
