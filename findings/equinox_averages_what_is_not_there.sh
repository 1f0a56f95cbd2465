#!/bin/sh
# Equinox's average pool with use_ceil counts pixels that are neither image nor padding.
#
# Versions: equinox 0.13.8, jax 0.10.2, torch 2.13.0, numpy 2.4.6, Python 3.11, CPU.
#
# AvgPool1d of kernel 2 and stride 2 over the numbers 1 to 7, use_ceil in Equinox and ceil_mode in torch.  The last window has
# the number 7 alone; no padding is asked for.
#
# Expected by most people: the average of what is in the window, 7, as in torch, whose arguments Equinox takes over.
#
# Seen: Equinox makes the image longer with zeros and divides by two: 3.5.  With kernel 2, stride 3 it needs no further window and
# still adds padding, which its own check then refuses with a RuntimeError; torch gives three numbers.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet equinox==0.13.8 jax==0.10.2 torch==2.13.0 numpy==2.4.6 2>/dev/null

cat > "$work/expected" <<'END'
stride 2: torch [1.5, 3.5, 5.5, 7.0], equinox [1.5, 3.5, 5.5, 3.5]
stride 3: torch [1.5, 4.5, 7.0], equinox RuntimeError: Paddings should be less than the size of the kernel. Padding (0, 3) received for kernel size 2.
END

cat > "$work/average.py" <<'END'
import equinox
import jax.numpy
import torch

numbers = [[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]]
for stride in (2, 3):
    theirs = torch.nn.AvgPool1d(2, stride, ceil_mode=True)(torch.tensor([numbers]))[0, 0].tolist()
    try:
        found = equinox.nn.AvgPool1d(2, stride, use_ceil=True)(jax.numpy.array(numbers))[0].tolist()
    except RuntimeError as error:
        found = f"RuntimeError: {error}"
    print(f"stride {stride}: torch {theirs}, equinox {found}")
END

"$work/venv/bin/python" "$work/average.py" > "$work/seen"
cat "$work/seen"
diff "$work/expected" "$work/seen"
