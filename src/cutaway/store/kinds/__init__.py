"""Decoded data that is not scalar: one file for each kind of data, and ``registry`` that lists them.

Bytes come from event files, which may be hostile: counts and sizes are compared with the bytes before anything is
allocated, and bytes that do not fit raise MalformedError. Nothing here imports the rest of the store.
"""
