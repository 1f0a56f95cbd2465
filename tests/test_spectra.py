"""Frames of spectra and the signals that are made of them again, beside torch."""

from __future__ import annotations

from itertools import product

import pytest
import torch

from shapelint import ops
from shapelint.shapes import Needs, Shape, Tensor, symbol

CASES = list(product((64, 100, 257), (16, 32, 50), (None, 4, 7), (True, False)))


@pytest.mark.parametrize(("length", "n_fft", "hop", "center"), CASES)
def test_the_frames_of_a_signal(length: int, n_fft: int, hop: int | None, center: bool) -> None:
    """The shape that torch gives, and back again where the length is said."""
    signal, window = torch.zeros(2, length), torch.hann_window(n_fft)
    theirs = torch.stft(signal, n_fft, hop, window=window, center=center, return_complex=True)
    options = {"center": center, "return_complex": True}
    ours = ops.FUNCTIONS["torch.stft"].apply(Needs(), [Tensor(Shape((2, length)), "float"), n_fft, hop], options)
    assert isinstance(ours, Tensor)
    assert ours.shape.dims == tuple(theirs.shape)
    if center:
        again = torch.istft(theirs, n_fft, hop, window=window, length=length)
        back = ops.FUNCTIONS["torch.istft"].apply(Needs(), [ours, n_fft, hop], {"length": length})
        assert isinstance(back, Tensor)
        assert back.shape.dims == tuple(again.shape)


def test_frames_of_an_unknown_number_of_samples() -> None:
    """A signal that may be too short for one frame has an unknown number of them."""
    signal = Tensor(Shape((1, symbol("L"))), "float")
    found = ops.FUNCTIONS["torch.stft"].apply(Needs(), [signal, 400, 160], {"return_complex": True})
    assert isinstance(found, Tensor)
    assert (found.shape.rank, found.shape.dims[1]) == (3, 201)
