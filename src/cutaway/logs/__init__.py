"""Logs for programs: what ``cutaway.open`` gives, and the one place where a log meets the model that is recorded in it.

Stands on ``store``, which knows recorded models as bytes, and on ``model``, which knows their content.
"""
