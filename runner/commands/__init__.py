"""The commands, one module each: EXAMPLE, add_arguments(parser), run(args) -> exit code. They compose everything."""
