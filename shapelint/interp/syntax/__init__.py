"""What expressions and statements do."""
