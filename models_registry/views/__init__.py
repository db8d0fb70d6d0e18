"""Pages of the models room, one module a subject."""
