"""Pages of the dashboard and the settings."""
