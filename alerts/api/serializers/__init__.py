"""JSON shapes of this room."""
