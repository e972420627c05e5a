"""The way through a process: its steps in groups that run at the same time, forward and back; pure.

Nothing is skipped: a group is left when each of its steps is done, and only a step's own loops
lead back.
"""

from collections.abc import Sequence
from itertools import groupby

from shared.events import ProcessPublished, PublishedStep, StepKind

Together = tuple[PublishedStep, ...]


def groups(process: ProcessPublished) -> list[Together]:
    """The steps in their order, those that run at the same time together."""
    ordered = sorted(process.steps, key=lambda step: step.order)
    keyed = groupby(ordered, key=lambda step: (step.group is None, step.group or step.id))
    return [tuple(together) for _, together in keyed]


def step_of(process: ProcessPublished, step: str) -> PublishedStep:
    """Find a step; raises KeyError for one that the process does not have."""
    for known in process.steps:
        if known.id == step:
            return known
    raise KeyError(step)


def first(process: ProcessPublished) -> Together:
    """Where a dossier begins."""
    return groups(process)[0]


def after(process: ProcessPublished, step: str) -> Together:
    """What follows a step once all that runs beside it is done; nothing after the last."""
    place = _place(process, step)
    together = groups(process)
    return together[place + 1] if place + 1 < len(together) else ()


def last_work(process: ProcessPublished) -> Together:
    """What led to the result: where a recalled result goes back to."""
    working = [group for group in groups(process) if group[0].kind is not StepKind.RETURN]
    return working[-1]


def unfinished(process: ProcessPublished, open_steps: Sequence[str]) -> list[str]:
    """The open steps that keep a result from being reached: all but the return."""
    return [step for step in open_steps if step_of(process, step).kind is not StepKind.RETURN]


def _place(process: ProcessPublished, step: str) -> int:
    for place, together in enumerate(groups(process)):
        if any(known.id == step for known in together):
            return place
    raise KeyError(step)
