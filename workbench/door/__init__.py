"""Floor 3. The words spoken between the engine and its fronts, and the caller's side of them."""
