"""The viewer's HTTP side: an ASGI application over a log directory, and the server that runs it.

``docs/http-api.md`` is the contract with the page.
"""
