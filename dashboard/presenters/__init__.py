"""What the reads of the dashboard mean, in words, tiles and charts."""
