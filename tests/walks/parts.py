"""What hangs on cards: comments, checklist items, links, saved filters."""

from boards.models import Board
from cards.models import Card
from tests.factories import (
    CardFactory,
    CardLinkFactory,
    ChecklistItemFactory,
    CommentFactory,
    SavedFilterFactory,
)
from tests.walks.case import Case
from tests.walks.sql import NOBODY, inserting, update

COMMENT = {"id": "comment"}
ITEM = {"id": "checklist_item"}
LINK = {"id": "card_link"}
FILTER = {"id": "saved_filter"}

CASES = {
    "GET comments/": Case(
        filters={"workspace": "workspace", "board": "board", "card": "card", "author": "user"}
    ),
    "POST comments/": Case(
        body=lambda ids: {"card": ids["card"], "content": "Well said"},
        body_ids={"card": "card"},
        alone=("card",),
        status=201,
    ),
    "GET comments/{id}/": Case(path=COMMENT),
    "PATCH comments/{id}/": Case(
        path={"id": "comment"}, body=lambda ids: {"content": "Better said"}, admin_only=True
    ),
    "DELETE comments/{id}/": Case(path={"id": "comment"}, status=204, admin_only=True),
    "GET checklist-items/": Case(
        filters={"workspace": "workspace", "board": "board", "card": "card"}
    ),
    "POST checklist-items/": Case(
        body=lambda ids: {"card": ids["card"], "text": "Try it"},
        body_ids={"card": "card"},
        alone=("card",),
        status=201,
    ),
    "GET checklist-items/{id}/": Case(path=ITEM),
    "PATCH checklist-items/{id}/": Case(path=ITEM, body=lambda ids: {"done": True}),
    "DELETE checklist-items/{id}/": Case(path=ITEM, status=204),
    "POST checklist-items/{id}/move/": Case(
        path=ITEM,
        body=lambda ids: {"after": ids["other_item"]},
        body_ids={"after": "other_item"},
        other_ids=("before",),
    ),
    "POST checklist-items/rename/": Case(
        body=lambda ids: {"card": ids["card"], "checklist": "Checklist", "name": "Steps"},
        body_ids={"card": "card"},
        alone=("card",),
        status=204,
    ),
    "POST checklist-items/clear/": Case(
        body=lambda ids: {"card": ids["card"], "checklist": "Checklist"},
        body_ids={"card": "card"},
        alone=("card",),
        status=204,
    ),
    "GET card-links/": Case(
        filters={
            "workspace": "workspace",
            "card": "card",
            "source": "card",
            "target": "card",
        }
    ),
    "POST card-links/": Case(
        body=lambda ids: {"source": ids["card"], "target": ids["anchor"], "kind": "duplicates"},
        body_ids={"source": "card", "target": "anchor"},
        status=201,
    ),
    "GET card-links/{id}/": Case(path=LINK),
    "DELETE card-links/{id}/": Case(path=LINK, status=204),
    "POST markdown/": Case(
        body=lambda ids: {"text": "**Well** said, @member", "workspace": ids["workspace"]},
        body_ids={"workspace": "workspace"},
        alone=("workspace",),
    ),
    "GET saved-filters/": Case(
        filters={"workspace": "workspace", "board": "board", "user": "user"}
    ),
    "POST saved-filters/": Case(
        body=lambda ids: {"board": ids["board"], "name": "Mine", "query": "assignee=me"},
        body_ids={"board": "board"},
        alone=("board",),
        status=201,
    ),
    "GET saved-filters/{id}/": Case(path=FILTER),
    "PATCH saved-filters/{id}/": Case(
        path=FILTER, body=lambda ids: {"name": "New"}, admin_only=True
    ),
    "DELETE saved-filters/{id}/": Case(path=FILTER, status=204, admin_only=True),
}

READS = {
    "GET card-links/": 1,
    "GET card-links/{id}/": 1,
    "GET checklist-items/": 1,
    "GET checklist-items/{id}/": 1,
    "GET comments/": 1,
    "GET comments/{id}/": 1,
    "GET saved-filters/": 1,
    "GET saved-filters/{id}/": 1,
}


def tenant(ids, workspace, person):
    """The workspace's admin wrote the comment, and shares the filter."""
    card = Card.objects.get(pk=ids["card"])
    return {
        "comment": CommentFactory(card=card, author=workspace.created_by).pk,
        "checklist_item": ChecklistItemFactory(card=card).pk,
        "other_item": ChecklistItemFactory(card=card).pk,
        "card_link": CardLinkFactory(source=card).pk,
        "saved_filter": SavedFilterFactory(board_id=ids["board"], workspace=workspace,
                                           user=workspace.created_by, shared=True).pk,
    }  # fmt: skip


def grow(number, ids, workspace, people):
    card = Card.objects.get(pk=ids["card"])
    for _time in range(number):
        CommentFactory(card=card)
        ChecklistItemFactory(card=card)
        CardLinkFactory(source=card)
        SavedFilterFactory(board=card.board, shared=True)


def fill(card):
    CommentFactory(card=card)
    ChecklistItemFactory(card=card, done_at=card.created_at, done_by=card.created_by)
    CardLinkFactory(source=card)
    SavedFilterFactory(board=card.board)


_OF_CARD = {
    "id": "gen_random_uuid()",
    "workspace_id": "%(workspace)s",
    "board_id": "%(board)s",
    "card_id": "%(card)s",
}
DEFAULTS = {
    "comments": {**_OF_CARD, "author_id": "%(admin)s", "content": "'New'"},
    "checklist_items": {**_OF_CARD, "checklist": "'List'", "text": "'New'", "position": "7"},
    "card_links": {
        "id": "gen_random_uuid()",
        "workspace_id": "%(workspace)s",
        "board_id": "%(board)s",
        "source_id": "%(card)s",
        "target_id": "%(labelled_card)s",
        "target_board_id": "%(board)s",
        "kind": "'relates_to'",
    },
    "saved_filters": {
        "id": "gen_random_uuid()",
        "workspace_id": "%(workspace)s",
        "board_id": "%(board)s",
        "user_id": "%(member)s",
        "name": "'New'",
        "query": "''",
    },
}
insert = inserting(DEFAULTS)


def things(cast):
    """Rows for the statements below, by the names that they use."""
    card = Card.objects.get(pk=cast["card"])
    item = ChecklistItemFactory(card=card, position=42)
    labelled = Card.objects.get(pk=cast["labelled_card"])
    CardLinkFactory(source=card, target=labelled, kind="parent_of")
    return {
        "comment": CommentFactory(card=card).pk,
        "checklist_item": item.pk,
        "card_link": CardLinkFactory(source=card, target=labelled, kind="blocks").pk,
        "saved_filter": SavedFilterFactory(
            board=Board.objects.get(pk=card.board_id), user=cast["member"], name="Taken"
        ).pk,
        "checked_card": CardFactory(board=card.board).pk,
    }


UNCHANGING = {
    ("comments", "card_id"),
    ("comments", "author_id"),
    ("checklist_items", "card_id"),
    ("card_links", "source_id"),
    ("card_links", "target_id"),
    ("card_links", "kind"),
    ("saved_filters", "board_id"),
    ("saved_filters", "user_id"),
}

GIN = {("comments", "mentions")}

BROKEN = [
    # Comments
    ("comments_pkey", "id", 409, insert("comments", id="%(comment)s")),
    ("comments_content_trimmed", "content", 400, insert("comments", content="' a'")),
    ("comments_content_trimmed", "content", 400, insert("comments", content="''")),
    (
        "comments_content_length",
        "content",
        400,
        insert("comments", content="repeat('x', 10001)"),
    ),
    ("comments_card_fk", "card", 400, insert("comments", card_id="%(other_card)s")),
    ("comments_card_fk", "card", 400, insert("comments", board_id="%(empty_board)s")),
    ("comments_author_fk", "author", 400, insert("comments", author_id=NOBODY)),
    (
        "comments_card_id_unchanging",
        "card",
        400,
        update("comments", "card_id = %(labelled_card)s"),
    ),
    ("comments_author_id_unchanging", "author", 400, update("comments", "author_id = %(member)s")),
    ("comments_id_unchanging", "id", 400, update("comments", f"id = {NOBODY}")),
    # Checklist items
    ("checklist_items_pkey", "id", 409, insert("checklist_items", id="%(checklist_item)s")),
    (
        "checklist_items_position_unique",
        "position",
        409,
        insert("checklist_items", position="42"),
    ),
    (
        "checklist_items_checklist_trimmed",
        "checklist",
        400,
        insert("checklist_items", checklist="' '"),
    ),
    ("checklist_items_text_trimmed", "text", 400, insert("checklist_items", text="'a '")),
    (
        "checklist_items_done_fits",
        "done_by",
        400,
        insert("checklist_items", done_by_id="%(admin)s"),
    ),
    (
        "checklist_items_card_fk",
        "card",
        400,
        insert("checklist_items", card_id="%(other_card)s"),
    ),
    (
        "checklist_items_done_by_fk",
        "done_by",
        400,
        insert("checklist_items", done_by_id=NOBODY, done_at="now()"),
    ),
    (
        "checklist_items_card_id_unchanging",
        "card",
        400,
        update("checklist_items", "card_id = %(labelled_card)s"),
    ),
    ("checklist_items_id_unchanging", "id", 400, update("checklist_items", f"id = {NOBODY}")),
    # Links
    ("card_links_pkey", "id", 409, insert("card_links", id="%(card_link)s")),
    ("card_links_unique", "kind", 409, insert("card_links", kind="'blocks'")),
    (
        "card_links_not_itself",
        "source",
        400,
        insert("card_links", target_id="%(card)s"),
    ),
    ("card_links_kind_valid", "kind", 400, insert("card_links", kind="'likes'")),
    ("card_links_source_fk", "source", 400, insert("card_links", source_id="%(other_card)s")),
    ("card_links_target_fk", "target", 400, insert("card_links", target_id="%(other_card)s")),
    (
        "card_links_target_fk",
        "target",
        400,
        insert("card_links", target_board_id="%(empty_board)s"),
    ),
    *[
        (
            "card_links_no_loop",
            "target",
            409,
            insert(
                "card_links",
                source_id="%(labelled_card)s",
                target_id="%(card)s",
                kind=f"'{kind}'",
            ),
        )
        for kind in ("blocks", "parent_of")
    ],
    (
        "card_links_source_id_unchanging",
        "source",
        400,
        update("card_links", "source_id = %(checked_card)s"),
    ),
    (
        "card_links_target_id_unchanging",
        "target",
        400,
        update("card_links", "target_id = %(checked_card)s"),
    ),
    ("card_links_kind_unchanging", "kind", 400, update("card_links", "kind = 'relates_to'")),
    ("card_links_id_unchanging", "id", 400, update("card_links", f"id = {NOBODY}")),
    # Saved filters
    ("saved_filters_pkey", "id", 409, insert("saved_filters", id="%(saved_filter)s")),
    ("saved_filters_name_unique", "name", 409, insert("saved_filters", name="'Taken'")),
    ("saved_filters_name_given", "name", 400, insert("saved_filters", name="' '")),
    ("saved_filters_board_fk", "board", 400, insert("saved_filters", board_id="%(other_board)s")),
    ("saved_filters_member_fk", "user", 400, insert("saved_filters", user_id="%(outsider)s")),
    (
        "saved_filters_board_id_unchanging",
        "board",
        400,
        update("saved_filters", "board_id = %(empty_board)s"),
    ),
    (
        "saved_filters_user_id_unchanging",
        "user",
        400,
        update("saved_filters", "user_id = %(admin)s"),
    ),
    ("saved_filters_id_unchanging", "id", 400, update("saved_filters", f"id = {NOBODY}")),
]  # fmt: skip
