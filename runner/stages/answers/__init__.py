"""What a key or a pointer does to a screen: pure functions of screen, view and event (`interaction` is the door)."""
