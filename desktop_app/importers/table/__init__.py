"""Tables: CSV, TSV and the like."""
