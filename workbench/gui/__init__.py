"""Floor 6. PySide6, qasync, pyqtgraph: binds, decides nothing."""
