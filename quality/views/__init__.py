"""Pages of the quality room."""
