"""Template vocabulary of the models room."""
