"""What one run excuses or blames, kept until all runs of a file have been read."""

from __future__ import annotations

import pytest
from claims_support import contradictions, findings, sequential

from shapelint.claims.blame.culprit import Blame
from shapelint.claims.ledger import Ledger
from shapelint.claims.verdict import Verdict

STALE = sequential("nn.Conv2d(3, 64, 3, padding=1),  # 64 x 32 x 32\nnn.Conv2d(64, 128, 1),  # 96 x 32 x 32")


@pytest.fixture
def blame() -> Blame:
    (found,) = contradictions(STALE)
    return found


def test_an_excuse_counts_whenever_it_comes(blame: Blame) -> None:
    """A claim that one run excuses is not reported, whether another run blamed somebody before or after."""
    key = blame.divergence.key
    before, after = Ledger([key[0]]), Ledger([key[0]])
    before.excuse([key])
    before.decide({key: blame})
    after.decide({key: blame})
    assert list(after.contradictions) == [blame]
    after.excuse([key])
    assert not list(before.contradictions) and not list(after.contradictions)


def test_an_excuse_may_be_withdrawn(blame: Blame) -> None:
    """What was true only under sizes that turn out wrong excuses nothing."""
    key = blame.divergence.key
    ledger = Ledger([key[0]])
    ledger.decide({key: None})
    assert ledger.excused == {key}
    ledger.withdraw([key])
    ledger.decide({key: blame})
    assert list(ledger.contradictions) == [blame]


def test_a_reading_gives_verdicts_and_excuses() -> None:
    """What a reading of an open input makes true is excused in every other run; nothing else is."""
    found = findings(STALE)
    (reading,) = found.readings
    ledger = Ledger(found.claims)
    ledger.note(reading)
    assert [ledger.verdicts[claim] for claim in found.claims] == [Verdict.TRUE, Verdict.FALSE]
    assert {claim for claim, _ in ledger.excused} == {found.claims[0]}
    assert ledger.bound == set(found.claims)
