"""A team of threads that works on blocks, with results collected in block order."""

import os
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Generic, TypeVar

Result = TypeVar("Result")
_COMPILED: set[Hashable] = set()  # kinds of work that need no compilation any more


class Crew:
    """Threads that do the blocks of a pass, the calling one among them.

    The others start with the first pass that has a block for them, wait between passes,
    and end with `dismiss` or with the crew itself. A process forked in between starts its
    own. Several crews know nothing of each other.
    """

    def __init__(self, n_threads: int, kind: Hashable = None) -> None:
        self.n_threads = n_threads
        self.kind = kind  # crews of one kind call kernels with the same types
        self._pool: ThreadPoolExecutor | None = None
        self._pid = os.getpid()

    def dismiss(self) -> None:
        """End the threads; a later pass would start new ones."""
        if self._pool is not None and self._pid == os.getpid():
            self._pool.shutdown()
        self._pool = None

    def in_block_order(
        self,
        work: Callable[[int], Result],
        collect: Callable[[Result], None],
        n_blocks: int,
        calls: Hashable = None,
    ) -> None:
        """Do ``work`` on blocks 0 … n_blocks − 1; ``collect`` the results in that order.

        So what is collected is the same, bit for bit, for any number of threads. No
        thread ever waits for another: one that waits is put to sleep, and waking it can
        take longer than a block. An error, or an interrupt, in one stops all of them
        before it is raised. ``calls`` tells kernels apart where the same ``work`` calls
        now these, now those.
        """
        n_threads = min(self.n_threads, n_blocks)
        if n_threads == 1:
            for block in range(n_blocks):
                collect(work(block))
            return
        # Numba's lock stays taken when Ctrl-C hits a compilation, and a thread that then
        # waits for it waits forever. So the caller does the first block of each kind alone.
        kind = work.__qualname__, calls, self.kind
        first = 0 if kind in _COMPILED else 1
        if first:
            collect(work(0))
            _COMPILED.add(kind)
        turns = _Turns(work, collect, first, n_blocks)
        helpers = [self._helpers().submit(turns.run) for _ in range(n_threads - 1)]
        try:
            turns.run()
        finally:
            wait(helpers)
        for helper in helpers:
            helper.result()

    def _helpers(self) -> ThreadPoolExecutor:
        """The other threads."""
        if self._pool is None or self._pid != os.getpid():
            self._pid = os.getpid()
            self._pool = ThreadPoolExecutor(self.n_threads - 1, "kmosaic")
        return self._pool


class _Turns(Generic[Result]):
    """Blocks handed out in order, and results collected in order."""

    def __init__(
        self,
        work: Callable[[int], Result],
        collect: Callable[[Result], None],
        first: int,
        n_blocks: int,
    ) -> None:
        self._work, self._collect = work, collect
        self._left = iter(range(first, n_blocks))
        self._lock = threading.Lock()
        self._collected = first
        self._early: dict[int, Result] = {}
        self._failed = False

    def run(self) -> None:
        """Take blocks until none is left; what each thread does."""
        try:
            for block in self._left:
                if self._failed:
                    return
                self._hand_in(block, self._work(block))
        except BaseException:
            self._failed = True
            raise

    def _hand_in(self, block: int, result: Result) -> None:
        """Collect this result and those that waited for it; or let it wait."""
        with self._lock:
            if self._failed:  # in another thread: perhaps while it compiled, see above
                return
            self._early[block] = result
            try:
                while self._collected in self._early:
                    self._collect(self._early.pop(self._collected))
                    self._collected += 1
            except BaseException:
                self._failed = True
                raise
