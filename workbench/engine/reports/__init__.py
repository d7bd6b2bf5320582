"""Reports of a verdict: JSON with a schema, JUnit XML, and one self-contained HTML page.

Made from the ``--json`` object and, for the pictures, the recording.  Whatever came from a
network is cleaned and its secrets are masked (``masking.py``) before it is written.
"""
