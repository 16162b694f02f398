"""A team of threads that works on blocks, with results collected in block order."""

import os
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Generic, TypeVar

Result = TypeVar("Result")
_compiled: set[Hashable] = set()  # work whose kernels need no compilation any more


class ThreadTeam:
    """Threads that work on the blocks of a pass, the calling one among them.

    The others start with the first pass that has a block for them, wait between passes,
    and end with `close` or with the team itself. A process that was forked in between
    starts its own. Several teams know nothing of each other.

    Parameters
    ----------
    n_threads : int
        The calling thread included.
    signature : hashable, default=None
        Tells the types of the arrays that kernels are called with: teams of one signature
        call one kernel with the same types.
    """

    def __init__(self, n_threads: int, signature: Hashable = None) -> None:
        self.n_threads = n_threads
        self.signature = signature
        self._helpers = _Helpers(n_threads - 1)

    def with_signature(self, signature: Hashable) -> "ThreadTeam":
        """Give a team of the same threads, for arrays of other types."""
        team = ThreadTeam(self.n_threads, signature)
        team._helpers = self._helpers
        return team

    def close(self) -> None:
        """End the threads; a later pass would start new ones."""
        self._helpers.close()

    def map_ordered(
        self,
        work: Callable[[int], Result],
        collect: Callable[[Result], object],
        n_blocks: int,
        kernels: Hashable = None,
    ) -> None:
        """Call ``work`` on blocks 0 … n_blocks − 1; ``collect`` the results in that order.

        So what is collected is the same, bit for bit, for any number of threads. No
        thread ever waits for another: one that waits is put to sleep, and waking it can
        take longer than a block. An error, or an interrupt, in one thread stops all of
        them before it is raised.

        Parameters
        ----------
        work : called by any thread, with the number of a block
        collect : called by one thread at a time, with what ``work`` has returned
        n_blocks : may be 0
        kernels : tells kernels apart where the same ``work`` calls now these, now those
        """
        n_threads = min(self.n_threads, n_blocks)
        if n_threads <= 1:
            for block in range(n_blocks):
                collect(work(block))
            return
        # Numba's lock stays taken when Ctrl-C hits a compilation, and a thread that then
        # waits for it waits forever. So the calling thread compiles: it works on the first
        # block alone, until kernels are known to be compiled for these types.
        compiled = work.__qualname__, kernels, self.signature
        first = 0 if compiled in _compiled else 1
        if first:
            collect(work(0))
            _compiled.add(compiled)
        queue = _OrderedQueue(work, collect, first, n_blocks)
        helpers = [self._helpers.submit(queue.run) for _ in range(n_threads - 1)]
        try:
            queue.run()
        finally:
            wait(helpers)
        for helper in helpers:
            helper.result()


class _Helpers:
    """The threads of a team but for the calling one, started when first needed."""

    def __init__(self, n_threads: int) -> None:
        self._n_threads = n_threads
        self._pool: ThreadPoolExecutor | None = None
        self._pid = os.getpid()

    def submit(self, run: Callable[[], None]) -> Future[None]:
        """Have a thread run this."""
        if self._pool is None or self._pid != os.getpid():
            self._pid = os.getpid()
            self._pool = ThreadPoolExecutor(self._n_threads, "kmosaic")
        return self._pool.submit(run)

    def close(self) -> None:
        """End the threads, unless they are those of the process that forked this one."""
        if self._pool is not None and self._pid == os.getpid():
            self._pool.shutdown()
        self._pool = None


class _OrderedQueue(Generic[Result]):
    """Blocks handed out in order, and results collected in order."""

    def __init__(
        self,
        work: Callable[[int], Result],
        collect: Callable[[Result], object],
        first: int,
        n_blocks: int,
    ) -> None:
        self._work, self._collect = work, collect
        self._left = iter(range(first, n_blocks))
        self._lock = threading.Lock()
        self._n_collected = first
        self._early: dict[int, Result] = {}  # results whose turn has not come
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
            if self._failed:  # in another thread, perhaps while it compiled: see above
                return
            self._early[block] = result
            try:
                while self._n_collected in self._early:
                    self._collect(self._early.pop(self._n_collected))
                    self._n_collected += 1
            except BaseException:
                self._failed = True
                raise
