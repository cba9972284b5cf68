"""What the readers of the log write: how far they have read, and what of it concerns them."""

from activity.services.following import inbox_follow
from activity.services.inbox import InboxCount, inbox_count, inbox_read_all, inbox_set_read
from activity.services.visits import Seen, visit_mark

__all__ = [
    "InboxCount",
    "Seen",
    "inbox_count",
    "inbox_follow",
    "inbox_read_all",
    "inbox_set_read",
    "visit_mark",
]
