"""The reading that makes most claims true."""
