"""What every address of the REST API has in common: input, answers, errors, limits, pages."""
