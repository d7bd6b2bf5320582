"""Floor 6. The pytest plug-in and the Python API for test suites."""
