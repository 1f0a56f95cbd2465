"""What names outside the linted project mean."""
