"""The statistics of a run's layers over its steps, as a watch recorded them."""
