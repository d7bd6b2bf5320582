"""Workbench: which client missed what, and why, when the server went away.

The program is a house of rooms on floors; a room imports only from floors below
its own (``docs/house.md``).  Importing this package loads nothing else.
"""

__version__ = "0.1.0"
