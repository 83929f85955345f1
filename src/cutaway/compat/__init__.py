"""Other libraries' names for what Cutaway does, a module for each: what is written for them runs on Cutaway."""

from cutaway.compat.installation import install, uninstall

__all__ = ["install", "uninstall"]
