"""Repositories, pull requests and signed deliveries over REST."""
