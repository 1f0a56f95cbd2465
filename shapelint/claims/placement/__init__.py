"""What a comment stands beside."""
