"""All claims of a file, read on every run that they bind to.

ledger = Ledger(claims)
for run in the runs on which something is claimed, symbolic inputs first:
    how do the claims read on this run?         (reading/)
    what does that excuse, and who is wrong?    (blame/)
    enter both into the ledger                  (ledger.py)
findings = what is blamed and nowhere excused

"""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from ..interp.paths.exploration import Exploration
from ..records import dataclass
from .blame.culprit import Blame, blame
from .blame.decision import decide
from .blame.misfits import Misfit, misfit_for_all
from .ledger import Ledger
from .placement.claim import Claim
from .placement.comment_claims import claims_of
from .reading.claimed_runs import ClaimedRun, claimed_runs
from .reading.misnamed import Misnamed, misnamings, naming
from .reading.other_defaults import as_written
from .reading.proof import is_proof
from .reading.reading import Reading
from .reading.sampled_sizes import agreed_divergences, agreed_truths, sampled
from .reading.search import read_claims, read_truths
from .signatures.contracts import Held, hold
from .verdict import Verdict

__all__ = ["Findings", "read"]


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """What the claims of one file came to.

    ``contradictions``: what is wrong, and which side.  ``verdicts``: for each claim the best that any run found.
    ``held``: the same of what signatures and docstrings state.  ``misfits``: calls that the stated sizes do not suit.
    ``misnamed``: sizes that only one line calls by another's name; ``named``: claims whose names were compared.
    """

    claims: tuple[Claim, ...]
    readings: tuple[Reading, ...]
    contradictions: tuple[Blame, ...]
    verdicts: dict[Claim, Verdict]
    held: Held
    misfits: tuple[Misfit, ...] = ()
    misnamed: tuple[Misnamed, ...] = ()
    named: frozenset[Claim] = frozenset()

    @property
    def settled(self) -> frozenset[cst.CSTNode]:
        """Calls that PyTorch refuses, and no longer once the arguments to blame are mended."""
        return frozenset(call.site.node for blame in self.contradictions for call in blame.settles)


def read(exploration: Exploration) -> Findings:
    """Read all claims of a file on the runs of ``exploration``."""
    claims = claims_of(exploration.source)
    ledger = Ledger(claims)
    for claimed in claimed_runs(exploration, claims) if claims else ():
        if ledger.needs_no(claimed):
            continue
        if ledger.is_settled(claimed):
            _enter_truths(claimed, ledger)
        elif samples := sampled(claimed.run, claims):
            _enter_samples(samples, ledger)
        else:
            _enter_reading(claimed, exploration, ledger)
    contradictions = tuple(ledger.contradictions)
    reported = {blame.divergence.assertion.claim for blame in contradictions}
    return Findings(
        claims,
        tuple(ledger.readings),
        contradictions,
        ledger.verdicts,
        hold(exploration.source, exploration),
        tuple(ledger.misfits),
        tuple(misnamings(ledger.namings, reported)),
        frozenset(claim for found in ledger.namings for claim in found.checked),
    )


def _enter_truths(claimed: ClaimedRun, ledger: Ledger) -> None:
    """A run that can only excuse what is blamed so far: who is wrong in it does not matter."""
    reading = read_truths(claimed.run, ledger.claims)
    if reading is not None:
        ledger.note(reading)
        ledger.readings += [reading] if not reading.count(Verdict.FALSE) else []


def _enter_samples(samples: Sequence[Reading], ledger: Ledger) -> None:
    """A run that was read for several image sizes: what counts is what all of them agree on."""
    ledger.readings.append(samples[0])
    proven = [divergence for divergence in agreed_divergences(samples) if is_proof(samples[0], divergence)]
    ledger.decide({divergence.key: blame(samples[0], divergence) for divergence in proven})
    ledger.note_true(agreed_truths(samples))
    ledger.misfits += filter(None, [misfit_for_all(samples)])


def _enter_reading(claimed: ClaimedRun, exploration: Exploration, ledger: Ledger) -> None:
    """A run whose reading excuses claims, and blames the comment or the code for others."""
    reading = read_claims(claimed.run, ledger.claims)
    if reading is None:
        return
    bound, excused = ledger.bound, ledger.excused
    ledger.readings.append(reading)
    ledger.namings += [] if reading.run.concrete else [naming(reading)]
    ledger.note(reading)
    ledger.doubt(claimed, bound)
    written, meant_otherwise = as_written(reading, exploration)
    ledger.excuse(meant_otherwise)
    decision = decide(written, exploration)
    ledger.misfits += filter(None, [decision.misfit])
    if decision.is_resolved:
        ledger.withdraw(decision.outcomes.keys() - excused)  # true only under the sizes that the odd layer led to
    # What a run with an open input has bound was decided there: the file's own input may be one of many.
    ledger.decide({k: who for k, who in decision.outcomes.items() if not (claimed.run.concrete and k[0] in bound)})
