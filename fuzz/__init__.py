"""Hostile and generated input against the kernel, under sanitizers: ``make fuzz SECONDS=600``. See README.md."""
