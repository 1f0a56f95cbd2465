"""Which claims a run can be about: those beside an element of which something is on its tape.

A file of many classes has many runs, and each of them knows nothing of what is claimed in the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import libcst as cst

from ..file_memory import remembered
from ..placement.claim import Claim
from .assertion import Assertion
from .calls_by_node import outline

__all__ = ["NearbyClaims", "nearby_claims"]


class NearbyClaims:
    """The parts of ``claims``, by the nodes of the source that they may speak of.

    ``unbound``: an assertion without alternatives for each part, in order.
    """

    def __init__(self, claims: Sequence[Claim]) -> None:
        self.unbound = tuple(Assertion(claim, part, ()) for claim in claims for part in claim.parts)
        # By id, since libcst hashes its nodes in Python.  Many comments may be beside one long element: its nodes lead to it,
        # and not to each of them.
        self._elements: dict[int, list[int]] = {}
        self._beside: dict[int, list[int]] = {}
        self._named: dict[int, list[int]] = {}
        for index, assertion in enumerate(self.unbound):
            for node in _named(assertion.claim):
                self._named.setdefault(id(node), []).append(index)
            for element in _beside(assertion.claim):
                if id(element) not in self._beside:
                    for key in outline(element)[1]:
                        self._elements.setdefault(key, []).append(id(element))
                self._beside.setdefault(id(element), []).append(index)

    def to(self, nodes: Iterable[int]) -> list[int]:
        """The indices in ``unbound`` of what may be about one of ``nodes``, which are ids."""
        found: set[int] = set()
        elements: set[int] = set()
        for node in nodes:
            found.update(self._named.get(node, ()))
            elements.update(self._elements.get(node, ()))
        return sorted(found.union(*(self._beside[element] for element in elements)))


@remembered(8)  # the claims of a file are bound to each of its runs
def nearby_claims(claims: tuple[Claim, ...]) -> NearbyClaims:
    """The claims, made out once."""
    return NearbyClaims(claims)


def _beside(claim: Claim) -> Iterator[cst.CSTNode]:
    """The elements on both sides of a comment."""
    place = claim.placement
    for stretch in {id(stretch): stretch for stretch in (place.above, place.below)}.values():
        yield from () if stretch is None else stretch.nodes


def _named(claim: Claim) -> Iterator[cst.CSTNode]:
    """What it may speak of besides: the function around it, the brackets around it, the statement that it names."""
    place = claim.placement
    chains = (stretch.chain.node for stretch in (place.above, place.below) if stretch is not None)
    assigned = None if claim.assigned is None else claim.assigned[0]
    yield from filter(None, (place.function, assigned, *chains))
