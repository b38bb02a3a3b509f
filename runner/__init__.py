"""How a study is run. Knows no study and no task by name."""
