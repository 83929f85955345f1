"""What is no scalar, decoded: one file for each kind of data, and ``registry`` that lists them.

Bytes come from event files, which may be hostile: counts and sizes are compared with what is there before anything is
allocated, and whatever does not fit raises MalformedError. Nothing here imports the rest of the store.
"""
