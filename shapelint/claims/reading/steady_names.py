"""Names that the comments of a function keep for one size: ``(B, T, D)`` on several lines, and T the same each time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...shapes import Dim, Symbol
from ..binding.assertion import Assertion, Judgement
from ..binding.solution import Solution, name_of
from ..placement.claim import Claim
from ..verdict import Verdict

__all__ = ["steady_names"]

_ENOUGH = 2
"""Claims that must use a name alike: in a single one it means whatever size is there."""

NameInFunction = tuple[object, "Symbol | None"]


def steady_names(judged: Iterable[tuple[Assertion, Judgement]], solution: Solution) -> Mapping[NameInFunction, Dim]:
    """The size for which a bare name stands in at least two claims of a function, and in no other claim for another size.

    False claims are not counted.
    """
    uses: dict[NameInFunction, dict[Dim, set[Claim]]] = {}
    for assertion, judgement in judged:
        if judgement.alternative is None or judgement.verdict is Verdict.FALSE:
            continue
        function = assertion.claim.placement.function
        for pair in judgement.alternative.pairs:
            name = name_of(pair)
            if name is not None and function is not None:
                uses.setdefault((function, name), {}).setdefault(solution.computed(pair), set()).add(assertion.claim)
    return {
        name: size
        for name, sizes in uses.items()
        if len(sizes) == 1
        for size, claims in sizes.items()
        if len(claims) >= _ENOUGH
    }
