"""Loans: what there is, what may fit, what it costs."""
