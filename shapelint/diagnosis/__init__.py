"""Calls that torch certainly rejects in: what somebody got wrong, where it is written, and how to correct it out."""
