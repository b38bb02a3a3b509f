"""What a study said that it would do before its data, and how its analysis stands to that."""
