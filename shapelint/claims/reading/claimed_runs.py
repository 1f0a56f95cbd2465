"""The runs of a file on which something is claimed, in the order in which they are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import libcst as cst

from ...interp.model.tape import Run
from ...interp.paths.exploration import Exploration
from ...interp.paths.uncalled import run_function, run_method
from ...records import dataclass
from ..binding.assertion import Key
from ..binding.assumed_ranks import assuming
from ..binding.bound_claims import bind
from ..binding.points import points_of
from ..placement.claim import Claim, Convention

__all__ = ["ClaimedRun", "claimed_runs"]

_ENOUGH = 2
"""As many claims make a function that nobody calls worth a run: one may check the other."""
_LITTLE_FUEL = 2_000
"""What such a run may use."""


@dataclass(frozen=True, slots=True, eq=False)
class ClaimedRun:
    """A run with what it binds by the usual convention.

    ``assumed``: the claims among these that it binds only because comments state the rank of a tensor.
    """

    run: Run
    keys: frozenset[Key]
    assumed: frozenset[Claim]

    @property
    def claims(self) -> set[Claim]:
        """The claims that it binds."""
        return {claim for claim, _ in self.keys}


def claimed_runs(exploration: Exploration, claims: Sequence[Claim]) -> Iterator[ClaimedRun]:
    """Runs on symbolic inputs first, since they hold for every input; then those that the file itself calls, functions that
    nobody calls, and containers that no other run binds."""
    bound: set[Claim] = set()
    for run in sorted(exploration.runs, key=lambda run: run.concrete):
        if run.tape.calls or run.tape.entered:
            found = _of_run(run, claims, [] if run.concrete else [claim for claim in claims if claim not in bound])
            if found is not None:
                bound |= found.claims
                yield found
    yield from _uncalled(exploration, claims)
    yield from _containers(exploration, claims, bound)


def _of_run(run: Run, claims: Sequence[Claim], unbound: Sequence[Claim]) -> ClaimedRun | None:
    """The run with the ranks that the ``unbound`` claims state where it knows none; None if it binds nothing even so."""
    assuming_run = assuming(run, run.source, unbound) if unbound else run
    found = _bound(assuming_run, claims)
    if not found:
        return None
    known = found if assuming_run is run else _bound(run, claims)
    return ClaimedRun(assuming_run, found, frozenset(claim for claim, _ in found) - {claim for claim, _ in known})


def _uncalled(exploration: Exploration, claims: Sequence[Claim]) -> Iterator[ClaimedRun]:
    """Runs of functions and methods with claims that no path of the file enters."""
    entered = {call.site.node for run in exploration.runs for call in run.tape.entered}
    spoken = Counter(claim.placement.function for claim in claims)
    for function, count in spoken.items():
        if function is None or count < _ENOUGH or function in entered or function.name.value == "__init__":
            continue
        alone = run_function(exploration, function, _LITTLE_FUEL) or run_method(exploration, function, _LITTLE_FUEL)
        if alone is not None:
            run = assuming(alone, alone.source, claims)
            found = _bound(run, claims)
            if found:
                # Whoever calls it may give it anything: all that it binds depends on what the comments say.
                yield ClaimedRun(run, found, frozenset(claim for claim, _ in found))


def _containers(exploration: Exploration, claims: Sequence[Claim], bound: set[Claim]) -> Iterator[ClaimedRun]:
    """Containers of claims that are not ``bound``, each run by itself."""
    seen: set[cst.CSTNode] = set()
    for claim in claims:
        holder = claim.placement.chain.node
        if claim in bound or not isinstance(holder, cst.Call) or holder in seen:
            continue
        seen.add(holder)
        alone = exploration.sequential(holder)
        if alone is not None:
            yield ClaimedRun(alone, _bound(alone, claims), frozenset())


def _bound(run: Run, claims: Sequence[Claim]) -> frozenset[Key]:
    """The shapes that are about some tensor of the run, by the usual convention."""
    bound = bind(points_of(run, run.source), claims, Convention(), False)
    return frozenset(assertion.key for assertion in bound if assertion.alternatives)
