"""The filter language: text to tree (grammar), tree to plan (plan), plan over records (search)."""
