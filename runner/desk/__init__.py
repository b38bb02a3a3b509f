"""The start window for whoever runs sessions: no terminal, no typing of commands."""
