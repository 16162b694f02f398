"""Who watches a fit: scikit-learn's callbacks, and any function of a `Step`."""

from typing import Any, Self

from kmosaic.fit import Step, Watch

try:
    from sklearn.callback import CallbackSupportMixin
except ImportError:  # scikit-learn before 1.9: functions of a Step alone

    class CallbackSupportMixin:  # type: ignore[no-redef]  # stands in for scikit-learn's
        """Takes no callback but functions."""

        def set_callbacks(self, *callbacks: Any) -> Self:
            """Keep what `StepCallbacks` has wrapped."""
            if not all(isinstance(callback, OnStep) for callback in callbacks):
                raise TypeError(
                    "callbacks must be functions of a Step; those of scikit-learn's "
                    "protocol need scikit-learn 1.9 or newer."
                )
            self._skl_callbacks = list(callbacks)
            return self


class OnStep:
    """A function of a `Step`, dressed as a callback of scikit-learn's that does nothing.

    So that it is kept, cloned and dropped together with those.
    """

    def __init__(self, function: Watch) -> None:
        self.function = function

    def setup(self, estimator: Any, context: Any) -> None:
        """Do nothing."""

    def on_fit_task_begin(self, estimator: Any, context: Any) -> None:
        """Do nothing."""

    def on_fit_task_end(self, estimator: Any, context: Any) -> None:
        """Do nothing."""

    def teardown(self, estimator: Any, context: Any) -> None:
        """Do nothing."""


class StepCallbacks(CallbackSupportMixin):
    """Mixin: `set_callbacks` as scikit-learn has it, and for functions of a `Step`."""

    def set_callbacks(self, *callbacks: Any) -> Self:
        """Set who watches the fits to come, in place of who did before.

        Parameters
        ----------
        *callbacks : callbacks or functions
            Callbacks as ``sklearn.callback`` has them (scikit-learn 1.9 or newer), such
            as ``ProgressBar()``: they are told of each run and of each iteration in it
            (`MiniBatchKMeans`: of each batch). And functions of a `kmosaic.fit.Step`,
            called after each half-step. What stands in a Step must not be changed. If a
            callback or a function returns True the run ends there, with labels that
            belong to the centers. None at all: nobody watches.

        Returns
        -------
        self : the estimator

        Raises
        ------
        TypeError
            If a callback is neither of these.
        """
        wrapped = [
            OnStep(callback)
            if callable(callback) and not hasattr(callback, "on_fit_task_end")
            else callback
            for callback in callbacks
        ]
        super().set_callbacks(*wrapped)
        return self


class Watching:
    """One fit, told to all who watch it.

    Parameters
    ----------
    estimator : StepCallbacks
        With a parameter ``verbose``.
    say : function of a Step, which prints it where the estimator is verbose
    n_runs : int or None
        Runs that there will be; None: nobody knows.
    n_iterations : int
        Iterations in a run, at most.
    iteration : str
        What one of them is called.
    **told : X and metadata, as a callback may ask for them
    """

    def __init__(
        self,
        estimator: Any,
        say: Watch,
        n_runs: int | None,
        n_iterations: int,
        iteration: str = "iteration",
        **told: Any,
    ) -> None:
        callbacks = getattr(estimator, "_skl_callbacks", [])
        self._functions = [c.function for c in callbacks if isinstance(c, OnStep)]
        if estimator.verbose:
            self._functions.append(say)
        self._told = {"estimator": estimator, **told}
        self._n_runs, self._n_iterations = n_runs, n_iterations
        self._iteration = iteration
        self._fit: Any = (
            None  # contexts of scikit-learn's, from the outermost to the innermost
        )
        self._run: Any = None
        self._now: Any = None
        if not all(isinstance(callback, OnStep) for callback in callbacks):
            many = n_runs != 1
            self._fit = estimator._init_callback_context(
                max_subtasks=n_runs if many else n_iterations
            )
            self._fit.call_on_fit_task_begin(**self._told)

    def run_begins(self) -> None:
        """Tell of a new run."""
        if self._fit is None:
            return
        self._run = self._fit
        if self._n_runs != 1:
            self._run = self._fit.subcontext("run", max_subtasks=self._n_iterations)
            self._run.call_on_fit_task_begin(**self._told)
        self._iteration_begins()

    def _iteration_begins(self) -> None:
        """Tell of a new iteration."""
        self._now = self._run.subcontext(self._iteration)
        self._now.call_on_fit_task_begin(**self._told)

    @property
    def watch(self) -> Watch | None:
        """What sees each step; None where nobody watches."""
        return self._see if self._functions or self._fit is not None else None

    def _see(self, step: Step) -> bool:
        """Tell of a step; whether the run is to end here."""
        stop = [function(step) is True for function in self._functions]
        if self._fit is not None and step.kind != "assign":
            stop.append(self._ends(self._now, step.centers))
            if not (step.converged or any(stop) or step.iteration == self._n_iterations):
                self._iteration_begins()
        return any(stop)

    def run_ends(self, centers: Any) -> None:
        """Tell that the run has ended with these centers."""
        if self._run is not self._fit:
            self._ends(self._run, centers)

    def fit_ends(self, centers: Any) -> None:
        """Tell that the fit has ended with these centers."""
        if self._fit is not None:
            self._ends(self._fit, centers)

    def _ends(self, context: Any, centers: Any) -> bool:
        """Tell that a task has ended; whether what it is part of is to end here."""
        return bool(
            context.call_on_fit_task_end(
                **self._told,
                reconstruction_attributes=lambda: {"cluster_centers_": centers.copy()},
            )
        )
