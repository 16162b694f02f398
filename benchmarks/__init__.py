"""k-means implementations side by side, at equal work.

``python -m benchmarks`` takes every workload to every engine, each engine in a process of
its own, and writes what it measured as JSON, a Markdown table and plots.

==============  =====================================================================
``data``        points: photos, digits, and what is drawn at random
``workloads``   what is asked of them: how many clusters, from where, when to stop
``engines``     the implementations, each as one function
``worker``      the process of one engine: loads, warms up, fits when told, measures
``memory``      how much memory a process uses at its highest
``process``     the same process, as the program sees it
``budget``      how much time is left, and for what
``race``        workers in turns (A B A B ...), and their measurements put together
``scaling``     time against n, d and k
``passes``      single passes of kmosaic against what the machine can do
``fixed_fits``  sixty fits as digests: does a change keep every bit?
``machine``     what the machine can do: its cores, sgemm, memory
``results``     what was measured (frozen dataclasses), to JSON and back
``standing``    what that says: who is fastest, whose inertia agrees
``tables``      the same as Markdown
``plots``       the same as pictures
``readme``      the summary into README.md
==============  =====================================================================
"""
