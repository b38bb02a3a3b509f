"""Storyboards: every screen of every cell and language, as a page for colleagues and on paper for ethics boards."""
