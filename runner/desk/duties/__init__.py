"""What there is to do besides sessions: each duty is a card with its fields and buttons, and starts the same command as
a terminal would.
"""
