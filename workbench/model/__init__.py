"""Floor 0. The words of the program: frozen values and enums, no clock, no luck, no I/O."""
