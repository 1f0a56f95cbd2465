"""All claims of a file, read on every run that they bind to.

A comment may be true for one input or one default only, so a claim is contradicted only if no run finds it true.
Within a run the comments of one block (a container, a function's body) are also read by themselves, with the block's
input left open: sizes that were written for different inputs contradict nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import libcst as cst

from ..interp.explore import Exploration
from ..interp.tape import Call, Run
from ..records import dataclass, replace
from ..shapes import Tensor, symbols_of
from ..source.comments import Comment
from ..source.parse import Source
from .alignment import Pair
from .assertion import Verdict
from .binding import bind
from .blame import Blame, blame, blamed
from .block import holds_in_its_block
from .claim import Claim, Convention, Part
from .contracts import Held, hold
from .grammar import is_code, may_be_shape, parse_comment, parse_row
from .judged import Divergence, Reading
from .odd import odd_one
from .pattern import Kind, Remark
from .placement import Placement, Position, place
from .points import points_of
from .reading import read_claims
from .refused import with_refusal_mended
from .samples import agreed_divergences, agreed_truths, sampled
from .signatures import stated_in
from .worlds import again

__all__ = ["Findings", "claims_of", "read", "states_shapes"]

Key = tuple[Claim, Part]
_MOST_MENDED = 6
_ENOUGH_ALIKE = 2


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """What the claims of one file came to.

    ``contradictions``: what is wrong, and which side.  ``verdicts``: for each claim the best that any run found.
    ``held``: the same of what signatures and docstrings state.
    """

    claims: tuple[Claim, ...]
    readings: tuple[Reading, ...]
    contradictions: tuple[Blame, ...]
    verdicts: dict[Claim, Verdict]
    held: Held

    @property
    def settled(self) -> frozenset[cst.CSTNode]:
        """Calls that PyTorch refuses, and no longer once the arguments to blame are mended."""
        return frozenset(call.site.node for blame in self.contradictions for call in blame.settles)


def states_shapes(source: Source) -> bool:
    """Whether a comment, docstring or annotation may claim something."""
    return bool(source.comments_with(may_be_shape) or stated_in(source))


def claims_of(source: Source) -> tuple[Claim, ...]:
    """Every comment that states a shape, at its place."""
    remarks = [(comment, _remark(comment)) for comment in source.comments_with(may_be_shape)]
    stating = [
        (comment, remark)
        for comment, remark in remarks
        if remark is not None and remark.shapes and _speaks_of_its_line(remark, _line_of(source, comment, remark))
    ]
    if not stating:
        return ()
    placements = place(source, [comment for comment, _ in stating])
    # A line that says "input" speaks for itself: it does not make a crowd of itself and the state below it.
    placed = [(p, remark) for p, (_, remark) in zip(placements, stating, strict=True) if remark.kind is not Kind.INPUT]
    crowded = _crowded(source, placed)
    return tuple(
        Claim(remark, placement, placement.comment in crowded)
        for (_, remark), placement in zip(stating, placements, strict=True)
        if not remark.shapes[0].whole or _ends_statement(placement)
    )


def _remark(comment: Comment) -> Remark | None:
    found = parse_comment(comment.text)
    return found if found is not None or comment.own_line else parse_row(comment.text)


def _ends_statement(placement: Placement) -> bool:
    """Whether the comment stands at the end of a statement's line, not within brackets."""
    node = placement.chain.node
    return placement.position is Position.TRAILING and (node is None or isinstance(node, cst.FunctionDef))


def _line_of(source: Source, comment: Comment, remark: Remark) -> str:
    """The line a comment belongs to: an arrow on a line of its own to the statement below."""
    rows = source.lines[comment.row - 1 :]
    if not comment.own_line or remark.kind is not Kind.ARROW:
        return rows[0]
    return next((line for line in rows if line.strip() and not line.lstrip().startswith("#")), "")


def _speaks_of_its_line(remark: Remark, line: str) -> bool:
    """A remark that names the value it speaks of (``mask: (B, H, W)``) is bound only where that value stands."""
    if remark.subject is None:
        return True
    name = remark.subject.rpartition(".")[2]
    return (
        name in line.partition("#")[0].replace("(", " ").replace(")", " ").replace(",", " ").replace(".", " ").split()
    )


def read(source: Source, exploration: Exploration) -> Findings:
    """Read all claims of ``source`` on the runs of ``exploration``."""
    claims = claims_of(source)
    readings: list[Reading] = []
    found: dict[Key, Blame] = {}
    excused: set[Key] = set()
    verdicts: dict[Claim, Verdict] = dict.fromkeys(claims, Verdict.UNBOUND)
    for run in _runs(source, exploration, claims) if claims else ():
        bound = {claim for claim, verdict in verdicts.items() if verdict is not Verdict.UNBOUND}
        if run.concrete and len(bound) == len(claims) and not found:
            continue
        samples = [] if run.concrete or run.module is None else sampled(run, source, claims)
        if samples:
            readings.append(samples[0])
            found |= {key: outcome for key, outcome in _sampled_outcomes(samples, source).items() if key not in found}
            for claim in agreed_truths(samples):
                verdicts[claim] = Verdict.TRUE
            continue
        reading = read_claims(run, source, claims)
        if reading is None:
            continue
        readings.append(reading)
        elsewhere = frozenset(excused)
        _note(reading, excused, verdicts)
        if reading.divergences and run.module is not None and not run.concrete:
            free = _for_other_defaults(reading, source, exploration)
            if free is not None and not _denies_input(free, reading):
                meant = _chosen_and_true(free)
                excused |= meant
                written = _keys(reading) <= meant | _told(free) and bool(_keys(reading) & meant)
                if free.is_understood and (written or _explains_more(free, reading)):
                    reading = free  # the comments were written for other widths than the defaults
        witnesses = [r for r in exploration.runs if r is not run and any(_is_refused(call) for call in r.tape.calls)]
        outcomes = _outcomes(reading, source, witnesses)
        odd = None if any(map(_is_argument, outcomes.values())) else _odd_outcome(reading, source)
        if odd is not None:
            outcomes = odd
            excused -= odd.keys() - elsewhere  # true only under the sizes that the odd layer led to
        for key, outcome in outcomes.items():
            if outcome is None:
                excused.add(key)
            elif not (run.concrete and key[0] in bound):
                found.setdefault(key, outcome)
    contradictions = tuple(_one_for_each_comment(outcome for key, outcome in found.items() if key not in excused))
    return Findings(claims, tuple(readings), contradictions, verdicts, hold(source, exploration))


def _one_for_each_comment(outcomes: Iterable[Blame]) -> Iterator[Blame]:
    """Both sides of an arrow may be stale: that is one finding, which mends both."""
    kept: dict[tuple[Claim, bool], Blame] = {}
    for outcome in outcomes:
        key = (outcome.divergence.assertion.claim, outcome.repair is None)
        first = kept.setdefault(key, outcome)
        if first is not outcome and outcome.repair is None:
            kept[key] = replace(first, follows=(*first.follows, outcome.divergence.assertion, *outcome.follows))
    yield from kept.values()


def _for_other_defaults(reading: Reading, source: Source, exploration: Exploration) -> Reading | None:
    """The same claims if the parameters with defaults are free too; None where there are none."""
    if not _has_defaults(reading.run):
        return None
    return read_claims(exploration.strict(reading.run), source, _claims(reading))


def _denies_input(free: Reading, reading: Reading) -> bool:
    """Whether it takes another input than the label says, not only other parameters, to make the comments true."""
    labels = [
        {a.claim for a, j in zip(r.assertions, r.judgements, strict=True) if j.verdict is verdict}
        for r, verdict in ((free, Verdict.FALSE), (reading, Verdict.TRUE))
    ]
    return any(claim.remark.kind is Kind.INPUT for claim in labels[0] & labels[1])


def _explains_more(free: Reading, reading: Reading) -> bool:
    """Whether only other widths make sense of the comments."""
    return not reading.is_understood and len(free.divergences) == 1 < len(reading.divergences)


def _keys(reading: Reading) -> set[Key]:
    return {(divergence.assertion.claim, divergence.assertion.part) for divergence in reading.divergences}


def _told(reading: Reading) -> set[Key]:
    """Divergences, and what follows from them."""
    return _keys(reading) | {(assertion.claim, assertion.part) for assertion in reading.accepted}


def _chosen_and_true(free: Reading) -> set[Key]:
    """Claims that hold for other values of parameters: they were written for those."""
    judged = zip(free.assertions, free.judgements, strict=True)
    return {
        (assertion.claim, assertion.part)
        for assertion, judgement in judged
        if judgement.verdict is Verdict.TRUE and all(_is_chosen(pair, free.run) for pair in judgement.true)
    }


def _is_chosen(pair: Pair, run: Run) -> bool:
    """Whether a size depends on nothing but parameters and the input: behind a layer that is unknown anything holds."""
    given = {
        name
        for value in run.inputs
        if isinstance(value, Tensor)
        for dim in value.shape.dims
        for name in symbols_of(dim)
    }
    return all(not name.uid or name in given for name in symbols_of(pair.computed))


def _has_defaults(run: Run) -> bool:
    module = run.module
    found = None if module is None or module.cls.node is None else module.cls.find("__init__")
    node = getattr(found[1], "node", None) if found is not None else None
    if not isinstance(node, cst.FunctionDef):
        return False
    return any(param.default is not None for param in (*node.params.params, *node.params.kwonly_params))


def _note(reading: Reading, excused: set[Key], verdicts: dict[Claim, Verdict]) -> None:
    """Remember what is true.  A path that the file calls excuses a claim only where its sizes are its own."""
    for assertion, judgement in zip(reading.assertions, reading.judgements, strict=True):
        free = any(symbols_of(pair.computed) & reading.solution.sizes.keys() for pair in judgement.true)
        if judgement.verdict is Verdict.TRUE and not (reading.run.concrete and free):
            excused.add((assertion.claim, assertion.part))
        verdicts[assertion.claim] = _better(verdicts[assertion.claim], judgement.verdict)


def _sampled_outcomes(samples: Sequence[Reading], source: Source) -> dict[Key, Blame]:
    """What is wrong for every sampled image size."""
    return {
        (divergence.assertion.claim, divergence.assertion.part): blame(samples[0], divergence, source)
        for divergence in agreed_divergences(samples)
        if _is_proof(samples[0], divergence)
    }


def _is_refused(call: Call) -> bool:
    return call.certain and call.reject is not None


def _outcomes(reading: Reading, source: Source, witnesses: Sequence[Run]) -> dict[Key, Blame | None]:
    """Who is wrong in each divergence.  What follows from a call that is refused is no finding of its own."""
    if not reading.divergences or not reading.is_understood:
        return {}
    outcomes = _blames(reading, source, _MOST_MENDED, witnesses)
    settled = [call for outcome in outcomes.values() if outcome is not None for call in outcome.settles]
    fitting = with_refusal_mended(reading.run, source, reading.solution, settled)
    mended = None if fitting is None else read_claims(fitting, source, _claims(reading))
    if mended is None:
        return outcomes
    return _blames(mended, source, _MOST_MENDED, witnesses) if mended.divergences and mended.is_understood else {}


def _is_argument(outcome: Blame | None) -> bool:
    return outcome is not None and outcome.repair is not None


def _odd_outcome(reading: Reading, source: Source) -> dict[Key, Blame | None] | None:
    """The layer that explains all by itself, where no repair under the sizes at hand does."""
    doubtful = reading.run.concrete or (reading.divergences and not reading.is_understood)
    found = None if doubtful else odd_one(reading, source)
    if found is None or not found[1].divergences:
        return None
    repair, seen = found
    first = seen.divergences[0]
    if not _is_proof(seen, first):
        return None
    outcome = blamed(seen, first, repair)
    return {(first.assertion.claim, first.assertion.part): outcome}


def _blames(reading: Reading, source: Source, most: int, witnesses: Sequence[Run]) -> dict[Key, Blame | None]:
    """Who is wrong in each divergence; None where it does not hold in its own block.

    What comes after an argument that is to blame is read again as if it had been right.
    """
    found: dict[Key, Blame | None] = {}
    for divergence in reading.divergences:
        key = (divergence.assertion.claim, divergence.assertion.part)
        if not _is_proof(reading, divergence):
            continue
        if not holds_in_its_block(reading, divergence, source):
            found[key] = None
            continue
        outcome = blame(reading, divergence, source, witnesses)
        found[key] = outcome
        if outcome.repair is not None and most:
            mended = read_claims(again(reading.run, outcome.repair.override), source, _claims(reading))
            if mended is not None:
                judged = zip(mended.assertions, mended.judgements, strict=True)
                right = {(a.claim, a.part) for a, judgement in judged if judgement.verdict is Verdict.TRUE}
                kept = {k: other for k, other in found.items() if other is outcome or k not in right}
                return {**_blames(mended, source, most - 1, witnesses), **kept}
    return found


def _is_proof(reading: Reading, divergence: Divergence) -> bool:
    """Whether something computes the tensor on a path that is certain; a given input may be another one tomorrow.

    Inside a container its layers follow each other whatever the condition under which it is called.
    """
    certain = divergence.point.certain or isinstance(divergence.assertion.claim.placement.chain.node, cst.Call)
    certain = certain or _is_in_container(reading.run, divergence)
    weak = divergence.assertion.claim.remark.weak  # a bare `4x4` may as well be a kernel
    clear = not weak or _among_its_like(reading, divergence.assertion.claim)
    if divergence.assertion.part.pattern.whole and not _is_row(divergence):
        return False
    computed = not reading.run.concrete or divergence.point.call is not None or _stands_beside(divergence)
    return clear and certain and computed


def _is_in_container(run: Run, divergence: Divergence) -> bool:
    """Whether the layer of a declaration is called by a Sequential, however that was filled."""
    call = divergence.point.call
    if call is None or call.parent is None or not divergence.point.declared:
        return False
    return run.tape.calls[call.parent].name == "Sequential"


def _among_its_like(reading: Reading, claim: Claim) -> bool:
    """Whether comments that are written just like this one, but for the numbers, are right about sizes."""
    judged = zip(reading.assertions, reading.judgements, strict=True)
    right = {a.claim for a, judgement in judged if reading.accepted.get(a, judgement).verdict is Verdict.TRUE}
    alike = [other for other in right if other is not claim and other.manner == claim.manner]
    return len(alike) >= _ENOUGH_ALIKE


def _is_row(divergence: Divergence) -> bool:
    """Whether ``[1, 10]`` is the shape of one row, rather than the range of its values: then a call that makes values from
    it would be given its ends."""
    call = divergence.point.call
    numbers = {pair.claimed for pair in divergence.judgement.false}
    given = set() if call is None else {value for value in call.arguments.values() if isinstance(value, (int, float))}
    return call is not None and bool(divergence.judgement.true) and not numbers & given


def _stands_beside(divergence: Divergence) -> bool:
    """Whether the comment ends the line that makes the tensor, and most of it is true."""
    trailing = divergence.assertion.claim.placement.position is Position.TRAILING
    return trailing and len(divergence.judgement.true) > len(divergence.judgement.false)


def _claims(reading: Reading) -> list[Claim]:
    return list(dict.fromkeys(assertion.claim for assertion in reading.assertions))


def _better(left: Verdict, right: Verdict) -> Verdict:
    order = [Verdict.UNBOUND, Verdict.OPEN, Verdict.FALSE, Verdict.TRUE]
    return max(left, right, key=order.index)


def _runs(source: Source, exploration: Exploration, claims: Sequence[Claim]) -> Iterator[Run]:
    """Runs on symbolic inputs first, then those that the file itself calls, then containers that no other run binds."""
    bound: set[Claim] = set()
    for run in sorted(exploration.runs, key=lambda run: run.concrete):
        if not run.tape.calls and not run.tape.entered:
            continue
        found = _bound(run, source, claims)
        bound |= found
        if found:
            yield run
    seen: set[cst.CSTNode] = set()
    for claim in claims:
        holder = claim.placement.chain.node
        if claim in bound or not isinstance(holder, cst.Call) or holder in seen:
            continue
        seen.add(holder)
        alone = exploration.sequential(holder)
        if alone is not None:
            yield alone


def _bound(run: Run, source: Source, claims: Sequence[Claim]) -> set[Claim]:
    return {a.claim for a in bind(points_of(run, source), claims, Convention(), False) if a.alternatives}


def _crowded(source: Source, placed: Iterable[tuple[Placement, Remark]]) -> set[Comment]:
    """Comments that stand one under the other with nothing between them.

    Of two states with a layer between them that was switched off, the second is what is left of that layer.
    """
    found: set[Comment] = set()
    before: Placement | None = None
    states = False
    for placement, remark in placed:
        states = states and remark.kind is Kind.STATE
        if (
            before is not None
            and before.position is placement.position is Position.BETWEEN
            and (before.above, before.below) == (placement.above, placement.below)
            and not (states and _is_switched_off(source, before.comment.row, placement.comment.row))
        ):
            found |= {before.comment, placement.comment}
        before, states = placement, remark.kind is Kind.STATE
    return found


def _is_switched_off(source: Source, first: int, last: int) -> bool:
    """Whether code that is commented out stands between two rows."""
    return any(comment.own_line and first < comment.row < last and is_code(comment.text) for comment in source.comments)
