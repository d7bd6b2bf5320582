"""The Latency view (UX section 10).  ``view.py`` loads the charts when it is first shown."""
