"""What people write in YAML, and how it becomes objects: every mistake at once, each at its line and column."""
