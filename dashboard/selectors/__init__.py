"""Reads over all rooms for the dashboard and the settings; each says what it costs."""
