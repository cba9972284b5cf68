"""`python -m config.serve`: everything that has to stand before the first request, then gunicorn.

preparation  static files, the database's tables, and what a new installation starts with
exposure     what may not be reachable from other machines
web          gunicorn, in this very process
"""
