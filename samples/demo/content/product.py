"""The board of the product team: sprints, limits, points."""

from samples.demo.content.projects import BOARDS
from samples.demo.content.shapes import DemoBoard, DemoCard, DemoColumn

LONG_TITLE = (
    "Decide what happens to a card that two people drag at the same moment: who wins, what the "
    "other one sees, how the board says so without getting in the way, and what the log tells "
    "afterwards to somebody who wonders why a card isn't where they are certain to have put it"
)
LIMITS = """Columns may have a **limit** of cards in work.

1. The column's head shows `4 / 5`, and turns amber when it is full.
2. A move into a full column is refused with a sentence that says why.
3. An admin can let a card in anyway; the log says that they did.

```
POST /api/v1/cards/LUMEN-12/move/
{"column_id": "…", "override_wip_limit": true}
```

See also the [notes of the workshop](https://example.com/notes/limits)."""

PRODUCT = DemoBoard(
    name="Product",
    project=BOARDS,
    made="-32 11:00",
    by="alice",
    labels={
        "bug": "#b42318",
        "feature": "#1570a8",
        "design": "#9f1ab1",
        "tech-debt": "#475467",
        "security": "#b54708",
        "customer": "#067647",
    },
    has_sprints=True,
    columns=(
        DemoColumn(
            "Backlog",
            "todo",
            (
                DemoCard("Import from Jira", "low", 13, "feature customer", by="carol"),
                DemoCard("Time zones in due dates", "medium", 5, "bug", by="bob"),
                DemoCard("Calendar feed of due cards", "low", 5, "feature", by="elena"),
                DemoCard(LONG_TITLE, "medium", 8, "feature design", by="dmitry"),
                DemoCard("Colour-blind safe label palette 🎨", "medium", 3, "design", "carol"),
                DemoCard("Board templates", "none", 8, "feature", by="carol"),
                DemoCard("Print a board", "none", 3, "customer", by="farid"),
                DemoCard("Bulk edit from the keyboard", "low", 5, "feature", by="dmitry"),
                DemoCard("Reduce the size of the first page", "low", 5, "tech-debt", by="elena"),
                DemoCard("Offline reading", "none", 21, "feature", by="bob"),
                DemoCard('Escape <b>HTML</b> & "quotes" in titles', "high", 2, "security bug"),
                DemoCard("Guests who see one board only", "none", 13, "customer", by="farid"),
                DemoCard("Undo for everything", "medium", 13, "feature", by="dmitry"),
                DemoCard("Who changed the due date?", "low", 3, "feature customer", by="elena"),
                DemoCard("Drop support for the old API paths", "none", 3, "tech-debt", by="bob"),
                DemoCard("Voting on cards", by="carol", archived="-2 11:10"),
            ),
        ),
        DemoColumn(
            "To Do",
            "todo",
            (
                DemoCard("Limits for columns", "high", 8, "feature", "alice bob", due=9, sprint=0,
                         text=LIMITS, criteria="A full column refuses the fifth card."),
                DemoCard("Search in Russian word forms", "medium", 5, "feature", "dmitry",
                         by="elena", sprint=0, text="«карточки» finds «карточка» as well."),
                DemoCard("Rate limits for the API", "high", 5, "security", "farid", due=4,
                         sprint=0),
                DemoCard("Keyboard: move a card with arrows", "medium", 5, "feature design",
                         "carol", sprint=0, by="carol"),
                DemoCard("Invitation expires a day early", "urgent", 2, "bug customer", "bob",
                         due=0, sprint=0, by="bob"),
                DemoCard("Explain a refused password", "medium", 2, "design", "elena", sprint=0),
                DemoCard("Idempotent POST requests", "medium", 5, "feature", "farid", sprint=1),
                DemoCard("Export a board as CSV", "low", 3, "customer feature", due=16, sprint=1,
                         by="carol"),
                DemoCard("Replace the date picker", "low", 5, "tech-debt design", "alice",
                         sprint=1),
                DemoCard("Archive finished cards on their own after 30 days", "low", 3, "feature",
                         sprint=1, by="dmitry"),
            ),
        ),
        DemoColumn(
            "In Progress",
            "in_progress",
            (
                DemoCard("Sign in with GitHub", "high", 8, "feature security", "bob elena", due=2,
                         sprint=-1, hours="16.00", by="bob"),
                DemoCard("Order of cards that everybody agrees on", "urgent", 13, "bug", "dmitry",
                         due=-1, sprint=-1, hours="24.50",
                         text="Two people moved the same card; after reloading they saw "
                              "**different** orders."),
                DemoCard("Slow query on the list of cards", "high", 3, "bug tech-debt", "bob farid",
                         due=3, sprint=-1, hours="6.00", by="farid"),
                DemoCard("Dark mode 🌙", "medium", 5, "design", "carol", sprint=0, by="carol"),
            ),
            wip_limit=6,
        ),
        DemoColumn(
            "In Review",
            "in_review",
            (
                DemoCard("Backup and restore by one command", "high", 5, "feature", "farid alice",
                         due=1, sprint=0, by="farid"),
                DemoCard("Labels keep one colour on a board", "medium", 3, "bug", "elena",
                         sprint=0, by="elena"),
            ),
            wip_limit=3,
        ),
        DemoColumn(
            "Done",
            "done",
            (
                DemoCard("Activity log that nobody can rewrite", "high", 13, "security feature",
                         "dmitry farid", sprint=-1, by="dmitry"),
                DemoCard("Personal access tokens", "high", 5, "security", "bob", sprint=-1,
                         by="bob"),
                DemoCard("Empty states with a next step", "low", 3, "design", "carol",
                         sprint=-1, by="carol"),
                DemoCard("Login page loads in a blink ⚡", "medium", 2, "tech-debt", "elena",
                         sprint=-1, by="elena"),
                DemoCard("500 on a NUL character in a title", "urgent", 1, "bug", "farid", due=-6,
                         sprint=-1, by="bob"),
                DemoCard("Time spent as a number of hours", "low", 2, "feature", "bob",
                         sprint=-1),
                DemoCard("Health checks for the load balancer", "medium", 2, "feature", "farid",
                         sprint=-1, by="farid"),
                DemoCard("Welcome mail with a picture", "none", 1, "design", "carol", due=-9,
                         by="carol"),
                DemoCard("Passwords hashed with more rounds", "high", 2, "security", "bob",
                         sprint=-1, by="bob"),
                DemoCard("Old importer", "none", 3, "tech-debt", "farid",
                         archived="-5 16:30"),
            ),
        ),
    ),
    lives={
        "Activity log that nobody can rewrite": (
            "-31 10:05", "-30 09:25", "-22 15:35", "-16 16:35",
        ),
        "Personal access tokens": ("-31 10:20", "-28 09:35", "-26 10:35", "-24 10:00"),
        "500 on a NUL character in a title": ("-26 15:55", "-26 16:12", "-25 11:45", "-25 12:25"),
        "Health checks for the load balancer": (
            "-24 13:10", "-18 09:30", "-17 15:40", "-15 14:15",
        ),
        "Sign in with GitHub": ("-23 11:00", "-12 09:45"),
        "Order of cards that everybody agrees on": ("-29 12:00", "-11 10:05"),
        "Dark mode 🌙": ("-20 10:00", "-9 13:20"),
        "Backup and restore by one command": ("-21 10:10", "-9 13:00", "-5 13:05"),
    },
    moves=(
        ("-4 09:40", "Explain a refused password", "elena", "In Progress"),
        ("-4 16:05", "Dark mode 🌙", "carol", "In Review"),
        ("-3 15:30", "Backup and restore by one command", "farid", "Done"),
        ("-2 11:05", "Slow query on the list of cards", "bob", "In Review"),
        ("-2 10:30", "Rate limits for the API", "farid", "In Progress"),
        ("-2 12:15", "Labels keep one colour on a board", "elena", "Done"),
        ("-1 10:20", "Search in Russian word forms", "dmitry", "In Progress"),
        ("-1 11:50", "Sign in with GitHub", "bob", "In Review"),
        ("-1 15:40", "Slow query on the list of cards", "farid", "Done"),
    ),
    changes=(
        ("-16 10:25", "Slow query on the list of cards", "farid",
         {"priority": ("medium", "high")}),
        ("-12 09:50", "Sign in with GitHub", "bob", {"assignees": ("bob", "bob elena")}),
        ("-9 10:00", "Order of cards that everybody agrees on", "alice",
         {"priority": ("high", "urgent")}),
        ("-5 10:10", "Explain a refused password", "elena", {"sprint": (None, 0)}),
        ("-5 09:20", "Rate limits for the API", "farid", {"due_date": (9, 4)}),
        ("-2 16:50", "Order of cards that everybody agrees on", "dmitry",
         {"story_points": (8, 13)}),
        ("-1 09:10", "Invitation expires a day early", "bob",
         {"priority": ("high", "urgent")}),
    ),
)  # fmt: skip
