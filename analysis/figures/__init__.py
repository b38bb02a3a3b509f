"""The figures of the report: tables in, an SVG with its description and its numbers out."""
