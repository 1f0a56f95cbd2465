"""What names outside the project mean."""
