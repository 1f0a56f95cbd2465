#!/bin/sh
# Equinox's adaptive pools divide an image otherwise than torch's, and refuse a target longer than the image.
#
# Versions: equinox 0.13.8, jax 0.10.2, torch 2.13.0, numpy 2.4.6, Python 3.11, CPU.
#
# AdaptiveAvgPool1d and AdaptiveMaxPool1d over the numbers 1 to 7, for 3, 5, 7 and 8 results.
#
# Expected by most people: one result for one name: windows that are spread evenly and overlap where the length is no multiple,
# and repeated pixels for a target that is longer than the image.
#
# Seen: for 5 Equinox takes two windows of two and three of one, torch five overlapping ones of two; the averages agree only where
# the length is a multiple.  For 8 Equinox raises ZeroDivisionError.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet equinox==0.13.8 jax==0.10.2 torch==2.13.0 numpy==2.4.6 2>/dev/null

cat > "$work/expected" <<'END'
AdaptiveAvgPool1d(3): torch [2.0, 4.0, 6.0], equinox [2.0, 4.5, 6.5]
AdaptiveAvgPool1d(5): torch [1.5, 2.5, 4.0, 5.5, 6.5], equinox [1.5, 3.5, 5.0, 6.0, 7.0]
AdaptiveAvgPool1d(7): torch [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], equinox [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
AdaptiveAvgPool1d(8): torch [1.0, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.0], equinox ZeroDivisionError: integer modulo by zero
AdaptiveMaxPool1d(3): torch [3.0, 5.0, 7.0], equinox [3.0, 5.0, 7.0]
AdaptiveMaxPool1d(5): torch [2.0, 3.0, 5.0, 6.0, 7.0], equinox [2.0, 4.0, 5.0, 6.0, 7.0]
AdaptiveMaxPool1d(7): torch [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], equinox [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
AdaptiveMaxPool1d(8): torch [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 7.0], equinox ZeroDivisionError: integer modulo by zero
END

cat > "$work/adaptive.py" <<'END'
import equinox
import jax.numpy
import torch

numbers = [[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]]
for name in ("AdaptiveAvgPool1d", "AdaptiveMaxPool1d"):
    for target in (3, 5, 7, 8):
        theirs = getattr(torch.nn, name)(target)(torch.tensor([numbers]))[0, 0].tolist()
        try:
            found = getattr(equinox.nn, name)(target)(jax.numpy.array(numbers))[0].tolist()
        except ZeroDivisionError as error:
            found = f"ZeroDivisionError: {error}"
        print(f"{name}({target}): torch {theirs}, equinox {found}")
END

"$work/venv/bin/python" "$work/adaptive.py" > "$work/seen"
cat "$work/seen"
diff "$work/expected" "$work/seen"
