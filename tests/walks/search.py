"""Search over everything."""

from tests.walks.case import Case

CASES = {
    "GET search/": Case(
        filters={"workspace": "workspace", "project": "project"}, query={"q": "card"}
    ),
}

READS = {"GET search/": 1}
