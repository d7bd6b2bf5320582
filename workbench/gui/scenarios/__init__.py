"""The Scenarios view: files, steps, source, progress, results (UX section 13)."""
