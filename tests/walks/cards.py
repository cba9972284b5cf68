"""Cards and who works on them."""

from django.utils import timezone

from boards.models import Board
from cards.models import Card
from tests.factories import BoardFactory, CardAssigneeFactory, CardFactory, SprintFactory
from tests.walks.case import Case, Ids
from tests.walks.sql import NOBODY, inserting, update
from workspaces.models import User

CARD = {"id": "card"}
SPRINT = {"id": "planned_sprint"}


def _card(ids: Ids) -> dict:
    return {
        "board": ids["board"],
        "column_id": ids["column"],
        "title": "A card",
        "sprint": ids["sprint"],
        "feature": ids["feature"],
        "assignees": [ids["user"]],
    }


def _move(ids: Ids) -> dict:
    return {
        "column_id": ids["column"],
        "before": ids["anchor"],
        "board_id": ids["board"],
        "sprint_id": ids["sprint"],
    }


def _bulk(ids: Ids) -> dict:
    return {
        "create": [_card(ids)],
        "change": [
            {
                "id": ids["card"],
                "sprint": ids["sprint"],
                "feature": ids["feature"],
                "assignees": [ids["user"]],
            }
        ],
        "move": [{"id": ids["card"], **_move(ids)}],
        "archive": [ids["card"]],
        "unarchive": [ids["archived"]],
    }


MOVE_IDS = {"column_id": "column", "before": "anchor", "board_id": "board", "sprint_id": "sprint"}
CARD_IDS = {
    "board": "board",
    "column_id": "column",
    "sprint": "sprint",
    "feature": "feature",
    "assignees.0": "user",
}

CASES = {
    # Cards
    "POST sprints/{id}/start/": Case(path=SPRINT, body=lambda ids: {}),
    "POST sprints/{id}/complete/": Case(
        path={"id": "active_sprint"},
        body=lambda ids: {"carry_over_to": ids["sprint"]},
        body_ids={"carry_over_to": "sprint"},
    ),
    "GET sprints/{id}/burndown/": Case(path={"id": "active_sprint"}),
    "GET boards/{id}/velocity/": Case(path={"id": "board"}),
    "GET boards/{id}/flow/": Case(path={"id": "board"}),
    "GET cards/": Case(
        filters={
            "workspace": "workspace",
            "board": "board",
            "column": "column",
            "sprint": "sprint",
            "feature": "feature",
            "assignee": "user",
            "label": "label",
        }
    ),
    "POST cards/": Case(body=_card, body_ids=CARD_IDS, status=201),
    "GET cards/{id}/": Case(path=CARD),
    "PATCH cards/{id}/": Case(
        path=CARD,
        body=lambda ids: {
            "sprint": ids["sprint"],
            "feature": ids["feature"],
            "assignees": [ids["user"]],
        },
        body_ids={"sprint": "sprint", "feature": "feature", "assignees.0": "user"},
    ),
    "DELETE cards/{id}/": Case(path=CARD, status=204),
    "POST cards/{id}/move/": Case(path=CARD, body=_move, body_ids=MOVE_IDS, other_ids=("after",)),
    "POST cards/{id}/archive/": Case(path=CARD, body=lambda ids: {}),
    "POST cards/{id}/unarchive/": Case(path=CARD, body=lambda ids: {}),
    "POST cards/bulk/": Case(
        body=_bulk,
        body_ids={
            **{f"create.0.{place}": kind for place, kind in CARD_IDS.items()},
            "change.0.id": "card",
            "change.0.sprint": "sprint",
            "change.0.feature": "feature",
            "change.0.assignees.0": "user",
            "move.0.id": "card",
            **{f"move.0.{place}": kind for place, kind in MOVE_IDS.items()},
            "archive.0": "card",
            "unarchive.0": "archived",
        },
        other_ids=("move.0.after",),
        alone=("archive.0", "unarchive.0"),
    ),
}

READS = {
    "GET sprints/{id}/burndown/": 4,
    "GET boards/{id}/velocity/": 4,
    "GET boards/{id}/flow/": 5,
    "GET cards/": 1,
    "GET cards/{id}/": 1,
}


def tenant(ids, workspace, person):
    board = Board.objects.get(pk=ids["board"])
    label = f"label-of-{workspace.key.lower()}"
    labels = {"labels": [{"id": label, "name": "Bug", "color": "#b42318"}]}
    archived = CardFactory(board=board, title="Archived")
    Card.objects.filter(pk=archived.pk).update(archived_at=timezone.now())
    return {
        "card": CardFactory(board=board, title="Card", metadata=labels).pk,
        "anchor": CardFactory(board=board, title="Anchor").pk,
        "archived": archived.pk,
        "active_sprint": SprintFactory(board=board, status="active", started_at=timezone.now()).pk,
        "planned_sprint": SprintFactory(board=BoardFactory(workspace=workspace)).pk,
        "label": label,
    }


def grow(number, ids, workspace, people):
    """Cards with all that they can have."""
    board = Board.objects.get(pk=ids["board"])
    shared = {"id": ids["label"], "name": "Bug", "color": "#b42318"}
    newcomers = User.objects.filter(memberships__workspace=workspace).order_by("-pk")[:number]
    for index, newcomer in enumerate(newcomers):
        own = {"id": f"{number}-{index}", "name": f"Label {number}.{index}", "color": "#0b6bcb"}
        card = CardFactory(
            board=board, sprint=SprintFactory(board=board), metadata={"labels": [shared, own]}
        )
        for person in {newcomer, *people}:
            CardAssigneeFactory(card=card, user=person)


def fill(card):
    CardAssigneeFactory(card=card)


DEFAULTS = {
    "cards": {
        "id": "gen_random_uuid()",
        "workspace_id": "%(workspace)s",
        "board_id": "%(board)s",
        "column_id": "%(column)s",
        "position": "77",
        "title": "'New'",
        "metadata": "'{}'",
        "created_by_id": "%(admin)s",
    },
    "card_assignees": {
        "id": "gen_random_uuid()",
        "workspace_id": "%(workspace)s",
        "board_id": "%(board)s",
        "card_id": "%(card)s",
        "user_id": "%(admin)s",
    },
}
insert = inserting(DEFAULTS)


def things(cast):
    """Rows for the statements below, by the names that they use."""
    board, empty = cast["board"], Board.objects.get(pk=cast["empty_board"])
    bug = {"id": "1", "name": "Bug", "color": "#aa0000"}
    card = CardFactory(board=board)
    labelled = CardFactory(board=board, metadata={"labels": [bug]})
    CardFactory(board=empty, metadata={"labels": [{**bug, "id": "9"}]})
    CardFactory(board=board, created_by_id=cast["author"])
    assignee = CardAssigneeFactory(card=card, user=cast["member"])
    return {
        "card": card.pk,
        "labelled_card": labelled.pk,
        "planned_card": CardFactory(board=board, sprint_id=cast["sprint"]).pk,
        "other_card": CardFactory(board=cast["other_board"]).pk,
        "assignee": assignee.pk,
        "card_assignee": assignee.pk,
        "number": labelled.number,
        "taken_position": labelled.position,
    }


def label(id="'1'", name="'Bug'", color="'#aa0000'", **more):
    pairs = {"id": id, "name": name, "color": color, **more}
    inside = ", ".join(f"'{key}', {value}" for key, value in pairs.items())
    return f"jsonb_build_object({inside})"


def labels(*each):
    built = f"jsonb_build_object('labels', jsonb_build_array({', '.join(each)}))"
    return update("cards", f"metadata = {built}")


def metadata(text):
    return update("cards", f"metadata = '{text}'")


COLUMN_OF_ARCHIVED = "(SELECT id FROM board_columns WHERE board_id = %(board_of_archived)s LIMIT 1)"

UNCHANGING = {("cards", "workspace_id"), ("cards", "number"), ("card_assignees", "card_id")}

BROKEN = [
    # Cards
    ("cards_pkey", "id", 409, insert("cards", id="%(card)s")),
    ("cards_board_fk", "board", 400, insert("cards", board_id=NOBODY)),
    ("cards_board_fk", "board", 400, insert("cards", board_id="%(other_board)s")),
    (
        "cards_workspace_id_unchanging",
        "workspace",
        400,
        update("cards", f"workspace_id = {NOBODY}"),
    ),
    ("cards_column_fk", "column", 400, insert("cards", column_id=NOBODY)),
    ("cards_column_fk", "column", 400, insert("cards", column_id="%(other_column)s")),
    ("cards_column_fk", "column", 400, update("cards", "column_id = %(other_column)s")),
    ("cards_column_fk", "column", 400, update("cards", "board_id = %(empty_board)s")),
    ("cards_sprint_fk", "sprint", 400, update("cards", f"sprint_id = {NOBODY}")),
    ("cards_sprint_fk", "sprint", 400, update("cards", "sprint_id = %(sprint_of_empty_board)s")),
    (
        "cards_sprint_fk",
        "sprint",
        400,
        update("cards", "board_id = %(empty_board)s, column_id = %(empty_column)s", "planned_card"),
    ),
    ("cards_feature_fk", "feature", 400, update("cards", f"feature_id = {NOBODY}")),
    ("cards_feature_fk", "feature", 400, update("cards", "feature_id = %(other_feature)s")),
    ("cards_created_by_fk", "created_by", 400, insert("cards", created_by_id=NOBODY)),
    ("cards_created_by_fk", "created_by", 400, "DELETE FROM users WHERE id = %(author)s"),
    (
        "cards_workspace_number_unique",
        "number",
        409,
        insert("cards", number="%(number)s"),
    ),
    ("cards_number_check", "number", 400, insert("cards", number="-1")),
    ("cards_number_unchanging", "number", 400, update("cards", "number = number + 100")),
    ("cards_number_unchanging", "number", 400, update("cards", "number = 0")),
    (
        "cards_column_position_unique",
        "position",
        409,
        update("cards", "position = %(taken_position)s"),
    ),
    ("cards_title_trimmed", "title", 400, update("cards", "title = ''")),
    ("cards_title_trimmed", "title", 400, update("cards", "title = ' x'")),
    ("cards_title_trimmed", "title", 400, update("cards", "title = E'x\\n'")),
    (
        "cards_description_length",
        "description",
        400,
        update("cards", "description = repeat('x', 65537)"),
    ),
    ("cards_priority_valid", "priority", 400, update("cards", "priority = 'low!'")),
    ("cards_story_points_range", "story_points", 400, update("cards", "story_points = 1000")),
    ("cards_story_points_check", "story_points", 400, update("cards", "story_points = -1")),
    *[
        (
            "cards_estimated_hours_positive",
            "estimated_hours",
            400,
            update("cards", f"estimated_hours = {value}"),
        )
        for value in ("0", "-1", "'NaN'")
    ],
    ("cards_id_unchanging", "id", 400, update("cards", f"id = {NOBODY}")),
    # Labels and other metadata
    ("cards_metadata_valid", "metadata", 400, metadata("[]")),
    ("cards_metadata_valid", "metadata", 400, metadata("null")),
    ("cards_metadata_valid", "metadata", 400, metadata('"text"')),
    ("cards_metadata_valid", "metadata", 400, metadata('{"labels": null}')),
    ("cards_metadata_valid", "metadata", 400, metadata('{"labels": {}}')),
    ("cards_metadata_valid", "metadata", 400, metadata('{"labels": ["bug"]}')),
    ("cards_metadata_valid", "metadata", 400, metadata('{"labels": [{"name": "Bug"}]}')),
    ("cards_metadata_valid", "metadata", 400, metadata('{"acceptance_criteria": 5}')),
    ("cards_metadata_valid", "metadata", 400, labels(label(more="1"))),
    ("cards_metadata_valid", "metadata", 400, labels(label(id="''"))),
    ("cards_metadata_valid", "metadata", 400, labels(label(id="7"))),
    ("cards_metadata_valid", "metadata", 400, labels(label(name="''"))),
    ("cards_metadata_valid", "metadata", 400, labels(label(name="' Bug'"))),
    ("cards_metadata_valid", "metadata", 400, labels(label(name="repeat('x', 51)"))),
    ("cards_metadata_valid", "metadata", 400, labels(label(color="'red'"))),
    ("cards_metadata_valid", "metadata", 400, labels(label(color="'#AA0000'"))),
    ("cards_metadata_valid", "metadata", 400, labels(label(), label(id="'2'", name="'bug'"))),
    ("cards_labels_agree", "metadata", 400, labels(label(color="'#00ff00'"))),
    ("cards_labels_agree", "metadata", 400, labels(label(id="'2'", name="'BUG'"))),
    ("cards_labels_agree", "metadata", 400, labels(label(name="'Other'"))),
    (
        "cards_labels_agree",
        "metadata",
        400,
        update(
            "cards", "board_id = %(empty_board)s, column_id = %(empty_column)s", "labelled_card"
        ),
    ),
    (
        "cards_project_open",
        "board",
        409,
        insert("cards", board_id="%(board_of_archived)s", column_id=COLUMN_OF_ARCHIVED),
    ),
    (
        "cards_project_open",
        "board",
        409,
        update(
            "cards", f"board_id = %(board_of_archived)s, column_id = {COLUMN_OF_ARCHIVED}"
        ),
    ),
    # Assignees
    ("card_assignees_pkey", "id", 409, insert("card_assignees", id="%(assignee)s")),
    ("card_assignees_unique", "user", 409, insert("card_assignees", user_id="%(member)s")),
    ("card_assignees_member_fk", "user", 400, insert("card_assignees", user_id="%(outsider)s")),
    ("card_assignees_member_fk", "user", 400, insert("card_assignees", user_id=NOBODY)),
    ("card_assignees_card_fk", "card", 400, insert("card_assignees", card_id="%(other_card)s")),
    ("card_assignees_card_fk", "card", 400, insert("card_assignees", board_id="%(empty_board)s")),
    (
        "card_assignees_card_id_unchanging",
        "card",
        400,
        update("card_assignees", "card_id = %(labelled_card)s"),
    ),
    ("card_assignees_id_unchanging", "id", 400, update("card_assignees", f"id = {NOBODY}")),
]  # fmt: skip
