"""Fourier transforms: a transform of real input keeps about half of the last dimension."""

from __future__ import annotations

from collections.abc import Sequence

from ..shapes import Dim, Expr, Kind, Needs, Shape, Tensor, Value, fresh, less, quotient
from .axes import axis, extent, rank_among, rank_of, shapeless
from .declare import Declared, op
from .operand_values import integer, like, sequence, truth, unknown_tensor


def _transformed(need: Needs, input: Tensor, sizes: Sequence[Value], dims: Sequence[Value], kind: str) -> Tensor:
    """``sizes`` (None: as they are) along ``dims``; ``kind``: what the last of them becomes."""
    rank = rank_of(input)
    dtype = "float" if kind in ("irfft", "hfft") else "complex"
    places = [axis(need, input, dim) for dim in dims]
    nothing = rank == 0 and not dims and kind == "fft"  # over no dimension at all
    need.require(rank != 0 or nothing, Kind.OPERANDS, "at least 1 dimension expected in a Fourier transform, got 0")
    if rank is None or None in places:
        return Tensor(shapeless(input, rank, None, "a Fourier transform"), dtype)
    result: list[Dim] = list(input.shape.dims)
    for place, wanted in zip(places, sizes, strict=True):
        assert place is not None
        if wanted is not None:
            result[place] = integer(need, wanted, "n")
            need.at_least(result[place], 1, Kind.ARGUMENT, f"{wanted} is no valid length: it must be positive", "n")
    if places:
        last, given = places[-1], sizes[-1]
        assert last is not None
        result[last] = _halved(result[last], given, kind)
    for place in places:
        assert place is not None
        message = f"{result[place]} points in a Fourier transform of {input.shape}: it must be positive"
        need.at_least(result[place], 1, Kind.OPERANDS, message, "input")
    return Tensor(Shape(tuple(result)), dtype)


def _halved(size: Dim, given: Value, kind: str) -> Dim:
    match kind:
        case "rfft" | "ihfft":
            return size // 2 + 1
        case "irfft" | "hfft" if given is None:
            return 2 * (size - 1)
    return size


def _one(kind: str) -> Declared:
    def shape(need: Needs, input: Tensor, n: Value, dim: Value, norm: Value, out: Value) -> Tensor:
        return _transformed(need, input, (n,), (dim,), kind)

    names = {"fft": "{fft,ifft}"}.get(kind, kind)
    return op(f"torch.fft.{names}", "input, n=None, dim=-1, norm=None, *, out=None", formula=_FORMULAS[kind])(shape)


def _many(kind: str, suffix: str, default: Value) -> Declared:
    def shape(need: Needs, input: Tensor, s: Value, dim: Value, norm: Value, out: Value) -> Tensor:
        sizes, dims, rank = sequence(s), dim, rank_of(input)
        if dims is None and rank is not None:
            dims = tuple(range(rank)) if sizes is None else tuple(range(-len(sizes), 0))
        found = sequence(dims)
        if found is None or (s is not None and sizes is None):
            return unknown_tensor("a Fourier transform of unknown dimensions")
        wanted = [None if size == -1 else size for size in sizes] if sizes is not None else [None] * len(found)
        need.require(len(wanted) == len(found), Kind.ARGUMENT, f"{len(wanted)} lengths for {len(found)} dims", "s")
        return _transformed(need, input, wanted, found, kind)

    names = {"fft": f"{{fft{suffix},ifft{suffix}}}"}.get(kind, f"{kind}{suffix}")
    text = f"input, s=None, dim={default}, norm=None, *, out=None"
    return op(f"torch.fft.{names}", text, formula=_FORMULAS[kind])(shape)


_FORMULAS = {
    "fft": "(*, d) -> (*, n or d)", "rfft": "(*, d) -> (*, (n or d)//2 + 1)", "irfft": "(*, d) -> (*, n or 2*(d - 1))",
    "hfft": "(*, d) -> (*, n or 2*(d - 1))", "ihfft": "(*, d) -> (*, (n or d)//2 + 1)",
}  # fmt: skip
TRANSFORMS = (
    *(_one(kind) for kind in _FORMULAS),
    *(_many(kind, "2", (-2, -1)) for kind in ("fft", "rfft", "irfft", "hfft", "ihfft")),
    *(_many(kind, "n", None) for kind in ("fft", "rfft", "irfft", "hfft", "ihfft")),
)


@op("torch.fft.{fftshift,ifftshift}", "input, dim=None", formula="(*) -> (*)")
def fftshift(need: Needs, input: Tensor, dim: Value) -> Tensor:
    """Zero frequency in the middle."""
    need.require(rank_of(input) != 0, Kind.OPERANDS, "at least 1 dimension expected in fftshift, got 0")
    return like(input)


@op(
    "torch.fft.fftfreq",
    "n, d=1.0, *, out=None, dtype=None, layout=None, device=None, pin_memory=False, requires_grad=False",
    formula="-> (n)",
)
def fftfreq(need: Needs, n: Value, d: Value, **options: Value) -> Tensor:
    """The frequencies of a transform."""
    return Tensor(Shape(extent(need, (n,), name="n")), "float")


@op(
    "torch.fft.rfftfreq",
    "n, d=1.0, *, out=None, dtype=None, layout=None, device=None, pin_memory=False, requires_grad=False",
    formula="-> (n//2 + 1)",
)
def rfftfreq(need: Needs, n: Value, d: Value, **options: Value) -> Tensor:
    """The frequencies of a transform of real input."""
    return Tensor(Shape((extent(need, (n,), name="n")[0] // 2 + 1,)), "float")


@op("torch.view_as_real", "input", formula="(*) -> (*, 2)")
def view_as_real(need: Needs, input: Tensor) -> Tensor:
    """Real and imaginary parts as a last dimension."""
    return Tensor(Shape((*input.shape.dims, 2), input.shape.lead), "float")


@op("torch.view_as_complex", "input", formula="(*, 2) -> (*)")
def view_as_complex(need: Needs, input: Tensor) -> Tensor:
    """The last dimension as real and imaginary parts."""
    last = input.size(-1)
    need.require(last is not None, Kind.OPERANDS, "at least 1 dimension expected in view_as_complex, got 0")
    need.equal(last or 0, 2, Kind.OPERANDS, f"a last dimension of 2 expected, got {last}: {input.shape}")
    return Tensor(Shape(input.shape.dims[:-1], input.shape.lead), "complex")


@op(
    "{torch,Tensor}.{stft}",
    "input, n_fft, hop_length=None, win_length=None, window=None, center=True, pad_mode='reflect', normalized=False, "
    "onesided=None, return_complex=None, align_to_window=None",
    formula="(B, L) -> (B, n_fft//2 + 1, frames)",
)
def stft(need: Needs, input: Tensor, n_fft: Value, hop_length: Value, **options: Value) -> Tensor:
    """Spectra of overlapping frames."""
    rank = rank_among(input, 1, 2)
    if rank is None or options["return_complex"] is not True or options["onesided"] is False:
        return unknown_tensor("a spectrogram of unknown form", "complex")
    width = integer(need, n_fft, "n_fft")
    frames: Dim = fresh("frames", reason="the frames of a stft")
    center = truth(options["center"])
    if center is not None and truth(options["align_to_window"]) is False:
        step = width // 4 if hop_length is None else integer(need, hop_length, "hop_length")
        rest = input.shape.dims[-1] + (2 * (width // 2) if center else 0) - width
        if less(rest, 0) is False and less(0, step):
            frames = quotient(rest, step) + 1
    return Tensor(Shape((*input.shape.dims[:-1], width // 2 + 1, frames)), "complex")


@op(
    "{torch,Tensor}.istft",
    "input, n_fft, hop_length=None, win_length=None, window=None, center=True, normalized=False, onesided=None, "
    "length=None, return_complex=False",
    formula="(B, n_fft//2 + 1, frames) -> (B, L)",
)
def istft(need: Needs, input: Tensor, length: Value, **options: Value) -> Tensor:
    """The signal that the spectra are of; its length is followed where it is given."""
    rank = rank_among(input, 2, 3)
    kind = {True: "complex", False: "float", None: None}[truth(options["return_complex"])]
    if rank is None or not isinstance(length, (int, Expr)):
        return unknown_tensor("the length of an inverse stft", kind)
    return Tensor(Shape((*input.shape.dims[:-2], length)), kind)
