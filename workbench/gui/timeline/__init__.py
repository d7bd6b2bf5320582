"""The Timeline view: overview lanes, message table, inspector, composer."""
