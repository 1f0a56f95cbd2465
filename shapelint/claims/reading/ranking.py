"""Which of several readings of the same claims is the better one: before divergences are looked for, and after.

Before, a candidate counts what agrees with the code.  After, each divergence counts against it, and what one divergence
explains counts for it.  On a tie a reading that needs fewer strange assumptions wins, and then one that keeps earlier claims.
"""

from __future__ import annotations

from ..binding.assertion import Judgement
from ..verdict import Verdict
from .reading import Reading

__all__ = ["agreement", "agreement_order", "merit", "preference", "preferred_agreement"]

_REFUSAL = 2.5
"""What a call that PyTorch refuses counts, in claims: more than a comment that holds nowhere."""


def agreement(reading: Reading) -> float:
    """How many claims hold; one that is open in a part of its dimensions counts for the others."""
    held = [judgement for judgement in reading.judgements if judgement.verdict is not Verdict.FALSE]
    # Rounded, so that thirds added in another order are still a tie.
    return round(sum(map(_share, held)), 6)


def agreement_order(reading: Reading) -> tuple[object, ...]:
    """Greater is better, as long as no divergence has been looked for."""
    return (
        agreement(reading) - 2 * reading.refused - reading.lost,
        -reading.count(Verdict.FALSE),
        reading.starts_at_one,
        -reading.convention.strangeness,
        _true_ones(reading),
    )


def merit(reading: Reading) -> float:
    """Agreement, less what is about nothing, and what PyTorch refuses although every comment is right."""
    return agreement(reading) - reading.lost - (0 if reading.count(Verdict.FALSE) else _REFUSAL * reading.refused)


def preference(reading: Reading) -> tuple[object, ...]:
    """Greater is better: agreement less divergences (a label of the input that would have to be wrong counts double,
    unless it alone makes the image oblong), a latent of 1 x 1, DCGAN's convention, a square image, early claims."""
    return (
        preferred_agreement(reading),
        -len(reading.divergences),
        reading.starts_at_one,
        -reading.convention.strangeness,
        reading.is_square,  # of two sizes that disagree on one axis the likelier
        _true_ones(reading),
    )


def preferred_agreement(reading: Reading) -> float:
    """The first of the preferences: what agrees or is excused, less what speaks against the reading."""
    # Counted a second time: an author knows from the data what goes in, and is rarely wrong about it.
    labels = sum(divergence.assertion.claim.labels_input for divergence in reading.divergences)
    excused = round(sum(map(_share, reading.accepted.values())), 6)
    agreed = agreement(reading) + excused - len(reading.divergences) - reading.convention.strangeness / 2
    agreed -= reading.lost  # to look elsewhere explains no more than a divergence
    agreed -= 0 if reading.divergences else _REFUSAL * reading.refused  # else the divergence may well be the cause
    return agreed - (0 if reading.is_square and _denies_an_oblong(reading) else labels)


def _denies_an_oblong(reading: Reading) -> bool:
    """Whether each divergence is about one side of an image whose other side is right."""
    return all(
        len([pair for pair in divergence.judgement.false if pair.axis is not None and pair.axis > 1]) == 1
        and any(pair.axis is not None and pair.axis > 1 for pair in divergence.judgement.true)
        for divergence in reading.divergences
    )


def _true_ones(reading: Reading) -> tuple[bool, ...]:
    """Greater where earlier claims are true."""
    return tuple(judgement.verdict is Verdict.TRUE for judgement in reading.judgements)


def _share(judgement: Judgement) -> float:
    """The part of a claim's dimensions that agree."""
    return len(judgement.true) / max(1, len(judgement.alternative.pairs)) if judgement.alternative is not None else 0.0
