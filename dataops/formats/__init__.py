"""How dates and numbers are written, by language; what is missing here is as Django has it."""
