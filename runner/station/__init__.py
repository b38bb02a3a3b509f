"""The machine that sessions run on: its disks, its pre-flight, and who takes a session up when its window dies."""
