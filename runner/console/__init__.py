"""The page on which the assistant sees every station of the laboratory, served on its own network."""
