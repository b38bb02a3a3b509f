"""What keeps a person and their data apart: tokens, encrypted contacts, payment codes, the unlinkable store."""
