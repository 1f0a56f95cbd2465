"""A shape annotation that jaxtyping does not accept.

What it does
    Reads the strings of `Float[Tensor, "b c h w"]` by jaxtyping's own grammar and reports those for which it raises: axes that
    are separated by commas, two axes for any number of dims, dots glued to a name, a `#` at the end, a number or an expression
    that is marked as a name; and annotations without a type or without a string.

Why is this bad
    jaxtyping raises `ValueError` as soon as the annotation is made, which is when the file is imported. With
    `from __future__ import annotations` it raises later, when the function is checked, or never: then nothing is checked.

Example
    from jaxtyping import Float
    from torch import Tensor

    def attend(q: Float[Tensor, "b, n, d"]) -> Float[Tensor, "...n d"]: ...

Fix
    Axes are separated by spaces: `"b n d"`; `...` stands by itself: `"... n d"`. `--fix` replaces commas.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnosis.checked import Checked
from ..diagnostic import Diagnostic, Edit, Fix

CODE = "SHP203"
NAME = "invalid-annotation"
SEVERITY = "error"


def check(checked: Checked) -> Iterator[Diagnostic]:
    """Every annotation of the file that jaxtyping refuses."""
    if "jaxtyping" not in checked.source.text:
        return
    from ..claims.signatures.refused_annotations import refused_annotations  # few files have annotations of this kind

    for place in refused_annotations(checked.source):
        fix = None
        if place.mended is not None:
            fix = Fix("safe", f"write `{place.mended}`", (Edit(place.span, place.mended),))
        yield Diagnostic(
            CODE,
            NAME,
            place.message,
            checked.path,
            place.span,
            SEVERITY,
            label="jaxtyping raises ValueError for this",
            help=None if fix is None else fix.message,
            fix=fix,
        )
