"""A large, plausible installation out of a seed: for trying speed, search and paging at size."""
