"""Operators of torch on tensors."""
