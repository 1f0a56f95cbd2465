"""Claims laid over tensors of a run."""
