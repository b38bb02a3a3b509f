"""From logs to tables, scores, models, verdicts and a report. Reads logs and nothing else; never a stage."""
