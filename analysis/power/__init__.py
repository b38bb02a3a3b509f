"""Power and error rates of a study's own analysis, by simulation."""
