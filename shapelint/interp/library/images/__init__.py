"""Libraries that read and change images."""
