"""A log directory as runs, tags and series: found, tailed, kept as columns, and reduced to as much as a screen shows.

Depends on :mod:`cutaway.events` only, and writes nothing into the log directory.
"""
