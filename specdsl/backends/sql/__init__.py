"""Target SQL: circuits → one query whose columns are the decisions of each row of a table."""
