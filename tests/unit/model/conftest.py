"""Makes `tests.unit.model.networks` importable also when pytest was not started as `python -m pytest`."""

import sys
from pathlib import Path

ROOT = str(Path(__file__).parents[3])
if ROOT not in sys.path:
    sys.path.append(ROOT)
