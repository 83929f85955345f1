"""The event file format: the kernel, the reader of growing files, and the writer. Depends on NumPy only."""
