#!/bin/sh
# torchscan 0.2.0 calls the kernel of the last layer the receptive field, where 0.1.2 followed it through the network.
#
# Versions: torchscan 0.2.0 and 0.1.2, torch 2.13.0, numpy 2.4.6, Python 3.11, CPU.
#
# Three convolutions with kernels of 3, the first with a dilation of 2, the second with a stride of 2.  By hand: 5 pixels after
# the first, 5 + 2 = 7 after the second, and 7 + 2 * 2 = 11 after the third, whose outputs lie 2 pixels apart; and as many
# pixels have a gradient if one output is derived by the image.
#
# Expected by most people: summary(..., receptive_field=True, effective_rf_stats=True) says 5, 7 and 11 and strides 1, 2, 2.
#
# Seen: so 0.1.2 had it.  In 0.2.0 the same columns, "Receptive field" and "Effective stride", say 5, 3 and 3 and 1, 2 and 1:
# each layer by itself, as if it stood before the image (the report calls their scope "module_call"), and "?" for the network.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet torch==2.13.0 numpy==2.4.6 torchscan==0.2.0 2>/dev/null
"$work/venv/bin/pip" install --quiet --no-deps --target "$work/before" torchscan==0.1.2 2>/dev/null

cat > "$work/expected" <<'END'
by gradient: 5 7 11
torchscan 0.1.2: 0 5 1, 1 7 2, 2 11 2
torchscan 0.2.0: 0 5 1, 1 3 2, 2 3 1
END

cat > "$work/field.py" <<'END'
import contextlib
import io
import sys

import torch
import torchscan
from torch import nn

network = nn.Sequential(nn.Conv2d(1, 1, 3, dilation=2), nn.Conv2d(1, 1, 3, stride=2), nn.Conv2d(1, 1, 3)).eval()
if len(sys.argv) > 1:
    for layer in network:
        nn.init.ones_(layer.weight)
    spans = []
    for layers in (1, 2, 3):
        image = torch.zeros(1, 1, 32, 32, requires_grad=True)
        network[:layers](image)[0, 0, 5, 5].backward()
        rows = image.grad[0, 0].sum(1).nonzero().ravel()
        spans.append(str(int(rows[-1] - rows[0]) + 1))
    print("by gradient:", " ".join(spans))
with contextlib.redirect_stdout(io.StringIO()) as table:
    torchscan.summary(network, (1, 32, 32), receptive_field=True, effective_rf_stats=True)
lines = [line.split() for line in table.getvalue().splitlines() if "Conv2d" in line]
# The last three columns are the receptive field, the stride and the padding.
print(f"torchscan {torchscan.__version__}:", ", ".join(f"{line[0][-1]} {line[-3]} {line[-2]}" for line in lines))
END

PYTHONPATH="$work/before" "$work/venv/bin/python" "$work/field.py" gradient > "$work/seen"
"$work/venv/bin/python" "$work/field.py" >> "$work/seen"
cat "$work/seen"
diff "$work/expected" "$work/seen"
