"""Thousands of logs to tables in one call: verified, decoded and put into columns file by file, in several processes.

`whole.read_tables` is the way in. `quick` reads a log that nothing is wrong with; every other one goes the way of
`runner.log`, which says what is wrong. `part` turns sessions into columns, `cache` keeps them by the logs' content.
"""
