"""What the stations of one laboratory share: who is where, group sessions, incidents, the morning's pre-flight."""
