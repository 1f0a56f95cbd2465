#!/bin/sh
# Four tools count one transformer encoder layer, and none of them counts all of it.
#
# Versions: torch 2.13.0, torchinfo 1.8.0, thop 0.1.1.post2209072238, fvcore 0.1.5.post20221221, Python 3.11, CPU.
#
# The layer is nn.TransformerEncoderLayer(64, 4, 128) on two sequences of ten tokens.  By hand: 33,472 parameters; the four
# matrices take 20 * (64*192 + 64*64 + 64*128 + 128*64) = 655,360 multiplications, and the two products of attention another
# 2 * 4 * 10 * 10 * 16 * 2 = 25,600.
#
# Expected by most people: about 681,000 multiply-adds, or twice as many FLOPs, whoever counts.
#
# Seen: torchinfo has the parameters right and reports 33,664 multiply-adds, a twentieth: it multiplies by the batch but not
# by the tokens, and counts nothing for attention.  thop reports half of the
# parameters and half of the work, since it counts nothing of nn.MultiheadAttention.  fvcore and torch's own counter leave out
# the products of attention, which are one fused operator.  In eval mode without gradients torch's counter reports 0: the
# layer then runs as a single operator that it does not know.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet torch==2.13.0 numpy torchinfo==1.8.0 thop==0.1.1.post2209072238 \
    fvcore==0.1.5.post20221221 2>/dev/null

cat > "$work/expected" <<'END'
parameters 33472
torchinfo 33472 33664
thop 16832 337920
fvcore 668160, of which layer norm 12800
torch 1310720 FLOPs
torch in eval mode without gradients 0 FLOPs
END

cat > "$work/count.py" <<'END'
import logging
import warnings

import torch
from fvcore.nn import FlopCountAnalysis
from thop import profile
from torch import nn
from torch.utils.flop_counter import FlopCounterMode
from torchinfo import summary

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)


def layer() -> nn.Module:
    """A new one for each tool: some leave hooks behind."""
    return nn.TransformerEncoderLayer(64, 4, 128, dropout=0.0, batch_first=True)


tokens = torch.zeros(2, 10, 64)
print("parameters", sum(parameter.numel() for parameter in layer().parameters()))
seen = summary(layer(), input_data=tokens, verbose=0)
print("torchinfo", seen.total_params, seen.total_mult_adds)
work, parameters = profile(layer(), inputs=(tokens,), verbose=False)
print("thop", int(parameters), int(work))
analysis = FlopCountAnalysis(layer(), tokens)
print(f"fvcore {int(analysis.total())}, of which layer norm {int(analysis.by_operator()['layer_norm'])}")
with FlopCounterMode(display=False) as counter:
    layer()(tokens)
print("torch", counter.get_total_flops(), "FLOPs")
with torch.no_grad(), FlopCounterMode(display=False) as counter:
    layer().eval()(tokens)
print("torch in eval mode without gradients", counter.get_total_flops(), "FLOPs")
END

"$work/venv/bin/python" "$work/count.py" > "$work/seen"
cat "$work/seen"
diff "$work/expected" "$work/seen"
