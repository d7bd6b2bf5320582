"""Beside the tower: the reference real-time service, a program of its own."""
