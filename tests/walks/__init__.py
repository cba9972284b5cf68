"""What the tests that walk over everything need to know of each app: a module an app.

A module says, as far as its app has such things:

`CASES`: how to call each operation of the API, by method and address.
`READS`: how many queries each GET takes, whatever the number of rows.
`tenant(ids, workspace, person)`: one of everything in a workspace of which `person` is a member;
    returns what it made, by kind. `ids` has what the modules before made.
`grow(number, ids, workspace, people)`: that many more of everything that `people` see.
`fill(card)`: a row in every table of the app, in the workspace of a card.
`DEFAULTS`: SQL values of a row by table and column. `BROKEN`: for each named constraint a statement
    that breaks it: (constraint, field, status, SQL), where `%(name)s` is one of the `things`.
`things(cast)`: rows that these statements need, by name; `cast` has the people, workspaces and
    boards of the tests, and what the modules before made.
`BROKEN_BY_THE_OWNER`: (constraint, SQL) for tables that only the owner may write.
`SPOKEN_FOR`: constraints that nothing can break, as something else speaks first.
`UNCHANGING`: columns that never change, as (table, column).
`TECHNICAL`, `PERSONAL`: tables that aren't logged; tables whose rows belong to a person.
`DEFINERS`: functions with the owner's rights that the application may call.
`GIN`: (table, column) of each GIN index.
"""

from typing import Any

from tests.walks import (
    activity,
    assistant,
    boards,
    cards,
    decisions,
    discussions,
    integrations,
    parts,
    projects,
    search,
    workspaces,
)

APPS = (
    workspaces,
    projects,
    boards,
    cards,
    parts,
    discussions,
    decisions,
    activity,
    search,
    assistant,
    integrations,
)


def gathered(name: str, kind: type[Any]) -> Any:
    """What all apps say by this name, as one dict, list or set."""
    everything = kind()
    for app in APPS:
        said = getattr(app, name, kind())
        if kind is list:
            everything += said
        else:
            everything |= said
    return everything


def each(name: str) -> list[Any]:
    """The functions of this name, in the order of the apps."""
    return [getattr(app, name) for app in APPS if hasattr(app, name)]
