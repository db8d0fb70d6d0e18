"""Work on what strangers wrote, in a process that can be lost and knows nothing worth stealing.

host    has the engine loaded, none of the product's settings, and starts a copy of itself for each job
jobs    what such a copy does: read a file, check it, learn from it
wire    how the two sides talk: JSON in the types that a job declares, never pickles
"""
