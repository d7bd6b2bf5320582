"""Floor 4. Answers at the door: sessions, scenario runner, judging, reports."""
