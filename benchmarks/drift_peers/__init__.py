"""The same windows judged by Evidently and NannyML, each by its defaults in an environment of its own."""
