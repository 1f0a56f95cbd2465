"""PyTorch and the packages around it, beside layers (``shapelint/layers``) and operators (``shapelint/ops``)."""
