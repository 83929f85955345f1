"""The routes of ``docs/http-api.md``, one file for each group of them."""
