"""Libraries that scripts are made with: command lines, progress bars."""
