"""Who watches a fit: scikit-learn's callbacks, and any function of a `Step`."""

from typing import Any, Self

from kmosaic.estimators.sklearn_private import (
    CallbackSupportMixin,
    begin_fit_task,
    begin_subtask,
    callbacks_of,
    end_task,
)
from kmosaic.fit import Step, Watch


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
            callback or a function returns True the run ends: after an update at once,
            after an assignment with the update that follows. The labels then belong to
            the centers of that update. None at all: nobody watches.

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


class CallbackRunner:
    """Tells all who watch a fit of its runs and steps.

    Parameters
    ----------
    estimator : StepCallbacks
        With a parameter ``verbose``.
    print_step : function of a Step, which prints it where the estimator is verbose
    n_runs : int or None
        Runs that there will be; None: nobody knows.
    n_iterations : int
        Iterations in a run, at most.
    iteration : str
        What one of them is called.
    **callback_kwargs : X and metadata, as a callback may ask for them
    """

    def __init__(
        self,
        estimator: Any,
        print_step: Watch,
        n_runs: int | None,
        n_iterations: int,
        iteration: str = "iteration",
        **callback_kwargs: Any,
    ) -> None:
        callbacks = callbacks_of(estimator)
        self._functions = [c.function for c in callbacks if isinstance(c, OnStep)]
        if estimator.verbose:
            self._functions.append(print_step)
        self._kwargs = {"estimator": estimator, **callback_kwargs}
        self._one_run, self._n_iterations = n_runs == 1, n_iterations
        self._iteration_name = iteration
        # scikit-learn's contexts, from the outermost to the innermost. Where there will be
        # one run only, the fit is that run, and has no context for it.
        self._fit: Any = None
        self._run: Any = None
        self._iteration: Any = None
        if not all(isinstance(callback, OnStep) for callback in callbacks):
            n_subtasks = n_iterations if self._one_run else n_runs
            self._fit = begin_fit_task(estimator, n_subtasks, **self._kwargs)

    def run_begins(self) -> None:
        """Tell of a new run."""
        if self._fit is None:
            return
        if not self._one_run:
            self._run = begin_subtask(self._fit, "run", self._n_iterations, **self._kwargs)
        self._iteration_begins()

    def _iteration_begins(self) -> None:
        """Tell of a new iteration."""
        part_of = self._fit if self._one_run else self._run
        self._iteration = begin_subtask(part_of, self._iteration_name, **self._kwargs)

    @property
    def watch(self) -> Watch | None:
        """What sees each step; None where nobody watches."""
        return self._see if self._functions or self._fit is not None else None

    def _see(self, step: Step) -> bool:
        """Tell of a step; whether the run is to end."""
        stop = [function(step) is True for function in self._functions]
        if self._fit is not None and step.kind != "assign":
            stop.append(self._ends(self._iteration, step.centers))
            if not (step.converged or any(stop) or step.iteration == self._n_iterations):
                self._iteration_begins()
        return any(stop)

    def run_ends(self, centers: Any) -> None:
        """Tell that the run has ended with these centers."""
        if self._run is not None:
            self._ends(self._run, centers)

    def fit_ends(self, centers: Any) -> None:
        """Tell that the fit has ended with these centers."""
        if self._fit is not None:
            self._ends(self._fit, centers)

    def _ends(self, context: Any, centers: Any) -> bool:
        """Tell that a task has ended; whether what it is part of is to end."""
        return end_task(context, centers, **self._kwargs)


def print_half_step(step: Step) -> None:
    """Print a half-step in scikit-learn's words."""
    if step.kind == "assign":
        if step.iteration == 1:
            print("Initialization complete")
        return
    print(f"Iteration {step.iteration - 1}, inertia {step.inertia}.")
    if step.converged == "strict":
        print(f"Converged at iteration {step.iteration - 1}: strict convergence.")
    elif step.converged == "tol":
        print(
            f"Converged at iteration {step.iteration - 1}: center shift "
            f"{step.center_shift} within tolerance."
        )


def print_batch(step: Step) -> None:
    """Print a batch, nearly in scikit-learn's words."""
    print(f"Minibatch step {step.iteration}: inertia of a point {step.inertia}")
    if step.converged == "tol":
        print(f"Converged (small centers change) at step {step.iteration}")
    elif step.converged == "no improvement":
        print(f"Converged (lack of improvement in inertia) at step {step.iteration}")
