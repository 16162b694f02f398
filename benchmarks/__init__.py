"""k-means implementations side by side, at equal work.

``python -m benchmarks`` takes every workload to every engine, each engine in a process of
its own, and writes what it measured as JSON and as a Markdown table.

==============  =====================================================================
``workloads``   the data: points, how many clusters, when to stop
``engines``     the implementations, each as one function
``worker``      the process of one engine: loads, warms up, fits when told, measures
``runner``      workers in turns (A B A B ...), and their measurements put together
``machine``     what the machine can do: its cores, sgemm, reading from memory
``results``     what was measured (frozen dataclasses)
``tables``      the same as Markdown
==============  =====================================================================
"""
