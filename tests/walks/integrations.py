"""Repositories, pull requests and signed deliveries."""
