"""All that is taken from scikit-learn without being public there: in one place.

What may change from one release of scikit-learn to the next is looked for here: the check
of parameters and its table of constraints, the wrapper of `fit`, the check of weights, and
the contexts of callbacks (scikit-learn 1.9 or newer).
"""

from typing import Any, Self

from sklearn.base import _fit_context as fit_context
from sklearn.utils._param_validation import Hidden, Interval, StrOptions, validate_params
from sklearn.utils.validation import _check_sample_weight as check_sample_weight

try:
    from sklearn.callback import CallbackSupportMixin
except ImportError:  # scikit-learn before 1.9: functions of a Step alone

    class CallbackSupportMixin:  # type: ignore[no-redef]  # stands in for scikit-learn's
        """Takes no callback but those that need no protocol."""

        def set_callbacks(self, *callbacks: Any) -> Self:
            """Keep functions, as `StepCallbacks` has wrapped them."""
            if not all(hasattr(callback, "function") for callback in callbacks):
                raise TypeError(
                    "callbacks must be functions of a Step; those of scikit-learn's "
                    "protocol need scikit-learn 1.9 or newer."
                )
            self._skl_callbacks = list(callbacks)
            return self


def callbacks_of(estimator: Any) -> list[Any]:
    """The callbacks that `set_callbacks` has kept."""
    return list(getattr(estimator, "_skl_callbacks", []))


def begin_fit_task(fitting: Any, max_subtasks: int | None, /, **kwargs: Any) -> Any:
    """Tell the callbacks that a fit begins; the context of the fit."""
    context = fitting._init_callback_context(max_subtasks=max_subtasks)
    context.call_on_fit_task_begin(**kwargs)
    return context


def begin_subtask(
    context: Any, name: str, max_subtasks: int | None = None, /, **kwargs: Any
) -> Any:
    """Tell the callbacks that a part of a task begins; its context."""
    options = {} if max_subtasks is None else {"max_subtasks": max_subtasks}
    inner = context.subcontext(name, **options)
    inner.call_on_fit_task_begin(**kwargs)
    return inner


def end_task(context: Any, centers: Any, /, **kwargs: Any) -> bool:
    """Tell the callbacks that a task has ended; whether what it is part of is to end.

    With these centers a copy of the estimator counts as fitted.
    """
    return bool(
        context.call_on_fit_task_end(
            **kwargs,
            reconstruction_attributes=lambda: {"cluster_centers_": centers.copy()},
        )
    )


__all__ = [
    "CallbackSupportMixin",
    "Hidden",
    "Interval",
    "StrOptions",
    "begin_fit_task",
    "begin_subtask",
    "callbacks_of",
    "check_sample_weight",
    "end_task",
    "fit_context",
    "validate_params",
]
