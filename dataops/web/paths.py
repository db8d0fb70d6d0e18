"""Addresses that mean something to more than one part of the kernel."""

API_PREFIX, INFERENCE_PREFIX = "/api/", "/v2"
