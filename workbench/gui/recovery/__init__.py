"""The Recovery view: strategy, replicas, verdict, matrix, curves, why."""
