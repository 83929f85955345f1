"""``python -m cutaway``."""

import sys

from cutaway.cli import main

sys.exit(main())
