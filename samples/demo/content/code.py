"""The demo's repositories and pull requests, as GitHub would tell of them."""

from samples.demo.content.shapes import DemoPullRequest, DemoRepository

API, SITE = "lumen-labs/boards", "lumen-labs/website"

REPOSITORIES = (
    DemoRepository(API, 700_100_001, "-31 16:00", "alice", private=True),
    DemoRepository(SITE, 700_100_002, "-27 11:00", "alice"),
)

PULL_REQUESTS = (
    DemoPullRequest(API, 211, "Personal access tokens", "bob", "tokens", "-26 10:30",
                    state="merged", checks="success", review="approved", closed="-24 09:55",
                    card="Personal access tokens"),
    DemoPullRequest(API, 214, "Refuse NUL everywhere", "bob", "nul", "-25 11:40",
                    state="merged", checks="success", review="approved", closed="-25 12:20",
                    card="500 on a NUL character in a title"),
    DemoPullRequest(API, 219, "Write the log by triggers", "dmitry-orlov", "log", "-22 15:30",
                    state="merged", checks="success", review="approved", closed="-16 16:30",
                    card="Activity log that nobody can rewrite"),
    DemoPullRequest(API, 226, "Answer the load balancer", "farid-r", "health", "-18 09:50",
                    state="merged", checks="success", review="approved", closed="-15 14:10",
                    card="Health checks for the load balancer"),
    DemoPullRequest(API, 231, "Index for the list of cards", "farid-r", "list-index",
                    "-4 10:15", checks="success", review="changes_requested",
                    card="Slow query on the list of cards"),
    DemoPullRequest(API, 238, "Sign in with GitHub", "bob", "github", "-5 15:30",
                    checks="success", review="approved", card="Sign in with GitHub"),
    DemoPullRequest(API, 240, "Lock the board before its cards", "dmitry-orlov", "order",
                    "-3 17:40", checks="pending",
                    card="Order of cards that everybody agrees on"),
    DemoPullRequest(API, 241, "Backup and restore", "farid-r", "backup", "-5 12:50",
                    checks="success", review="approved", card="Backup and restore by one command"),
    DemoPullRequest(API, 242, "Try dark colours", "carol", "dark", "-4 16:00", state="draft",
                    checks="failure", card="Dark mode 🌙"),
    DemoPullRequest(API, 222, "Fetch fractions in one query", "farid-r", "fractions",
                    "-20 13:00", state="closed", checks="success",
                    review="changes_requested", closed="-17 12:00"),
    DemoPullRequest(SITE, 31, "Smaller photo of the office", "carol", "photo", "-7 14:40",
                    state="merged", checks="success", review="approved", closed="-7 15:00",
                    card="Page weight under 200 KB"),
    DemoPullRequest(SITE, 34, "Fonts from our own server", "farid-r", "fonts", "-2 13:00",
                    checks="success", card="Fonts from our own server"),
)  # fmt: skip
