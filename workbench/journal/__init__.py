"""Floor 3. The recording on disk: append, read, follow, interpreted columns."""
