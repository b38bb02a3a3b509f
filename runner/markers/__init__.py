"""Codes sent to other devices when a screen appears: LSL, serial port, parallel port, a file."""
