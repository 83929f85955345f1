"""Compacted directories: the scalars of a log directory in Parquet, with buckets of many widths made beforehand.

A compacted directory is a cache of event files, never the truth. It is written by ``cutaway compact``, and can be
deleted and made again at any time.
"""
