"""The findings of a report as queries for another solver, a file a kind."""
