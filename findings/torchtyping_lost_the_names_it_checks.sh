#!/bin/sh
# torchtyping's checker raises AttributeError for every tensor, right or wrong, since torch has no named tensors any more.
#
# Versions: torchtyping 0.1.5, typeguard 2.13.3, torch 2.13.0, numpy 2.4.6, Python 3.11, CPU.
#
# TensorType["b", 3] counts the dims of a tensor by the length of Tensor.names, the names that named tensors gave them and
# that were None for all others.  torchtyping asks for any torch from 1.7 on, so that it installs beside one without them.
#
# Expected by most people: a tensor of shape (2, 3) passes TensorType["b", 3], and one of shape (2, 4) raises TypeError.
#
# Seen: importing it and decorating functions works.  The call with the right tensor raises the AttributeError, and so does
# the wrong one; the annotation of a type alone, without dims, is still checked.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet torch==2.13.0 numpy==2.4.6 torchtyping==0.1.5 typeguard==2.13.3 2>/dev/null

cat > "$work/expected" <<'END'
imported and decorated
right: AttributeError: 'Tensor' object has no attribute 'names'
wrong: AttributeError: 'Tensor' object has no attribute 'names'
type alone, right: passed
type alone, wrong: TypeError
END

cat > "$work/check.py" <<'END'
import torch
from torchtyping import TensorType, patch_typeguard
from typeguard import typechecked

patch_typeguard()


@typechecked
def rows(x: TensorType["b", 3]) -> None:
    """A matrix of three columns."""


@typechecked
def floats(x: TensorType[torch.float32]) -> None:
    """Any shape."""


def outcome(function, tensor: torch.Tensor) -> str:
    try:
        function(tensor)
    except TypeError:
        return "TypeError"
    except AttributeError as error:
        return f"AttributeError: {error}"
    return "passed"


print("imported and decorated")
print("right:", outcome(rows, torch.zeros(2, 3)))
print("wrong:", outcome(rows, torch.zeros(2, 4)))
print("type alone, right:", outcome(floats, torch.zeros(2, 3)))
print("type alone, wrong:", outcome(floats, torch.zeros(2, 3, dtype=torch.int64)))
END

"$work/venv/bin/python" "$work/check.py" > "$work/seen"
cat "$work/seen"
diff "$work/expected" "$work/seen"
