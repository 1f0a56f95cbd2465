"""nn.Module and its containers."""
