"""Runs a module with torch and compares."""
