"""What hangs on the demo's cards: comments, checklists, links."""

from samples.demo.content.shapes import DemoChecklist, DemoComment, DemoLink

ORDER = "Order of cards that everybody agrees on"
GITHUB = "Sign in with GitHub"
SLOW = "Slow query on the list of cards"
LANDING = "Landing page: first screen"
MORNINGS = "Сервер не отвечает по утрам"

COMMENTS = (
    DemoComment("Activity log that nobody can rewrite", "-22 16:00", "farid",
                "Tried to delete an entry in fourteen ways, as the owner too. Refused each time."),
    DemoComment(ORDER, "-11 10:30", "dmitry",
                "Reproduced with six people and a metronome: about one in four hundred moves."),
    DemoComment(ORDER, "-9 10:05", "alice", "@dmitry this is the one that Nordwind waits for."),
    DemoComment(ORDER, "-3 17:30", "dmitry",
                "Found: moved and archived in the same second.",
                edited=("-3 17:35", "Found: a card that is moved and archived in the same second "
                        "takes a place that another one has.")),
    DemoComment(GITHUB, "-12 16:15", "bob",
                "Accounts are matched by verified emails only, see the decision."),
    DemoComment(GITHUB, "-5 15:40", "elena",
                "«Почта не подтверждена» — и что мне теперь делать? Нужна ссылка."),
    DemoComment(GITHUB, "-4 11:00", "bob", "@elena there is one now, in both languages."),
    DemoComment(SLOW, "-16 11:05", "farid",
                "```\nIndex Scan using cards_workspace_id_idx  (actual time=0.03..0.21 rows=50)\n"
                "```"),
    DemoComment("Dark mode 🌙", "-6 10:20", "carol",
                "Ambers: `#f5b947` on `#2b2113` is 8.1 : 1. I stop worrying."),
    DemoComment(LANDING, "-5 14:10", "elena", "Who needs the word “platform”?"),
    DemoComment(LANDING, "-5 14:12", "carol", "Nobody. Gone."),
    DemoComment("Cookie text checked by a lawyer", "-3 15:22", "elena",
                "Called again. They are “on it”."),
    DemoComment(MORNINGS, "-8 10:10", "farid",
                "The backup starts at 7:00 and reads the disk as fast as it can."),
    DemoComment(MORNINGS, "-2 07:20", "elena", "Второе тихое утро подряд."),
    DemoComment("Вход через прокси компании", "-3 12:15", "farid",
                "They end every answer after 30 s. Written to their admin."),
)  # fmt: skip

CHECKLISTS = (
    DemoChecklist(GITHUB, "Before the review", "-12 10:00", "bob", (
        ("Application registered at GitHub", "-11 09:40"),
        ("Verified emails only", "-10 15:20"),
        ("Refusals say what to do next", "-4 11:05"),
        ("Tokens encrypted", "-3 14:00"),
        ("Sign-in is in the documentation", None),
    )),
    DemoChecklist(ORDER, "Tried", "-10 09:30", "dmitry", (
        ("Two people, one column", "-10 17:00"),
        ("Sixteen people, one column", "-8 11:30"),
        ("Moves between boards", "-4 16:45"),
        ("A week under load", None),
    )),
    DemoChecklist("Imprint and privacy policy", "Texts", "-8 13:00", "elena", (
        ("Imprint", "-6 10:00"),
        ("Privacy policy", "-4 12:30"),
        ("На русском", None),
    )),
)  # fmt: skip

LINKS = (
    DemoLink(GITHUB, "relates_to", "Explain a refused password", "-12 09:55", "bob"),
    DemoLink(ORDER, "blocks", "Keyboard: move a card with arrows", "-11 10:10", "dmitry"),
    DemoLink("Cookie text checked by a lawyer", "blocks", "Imprint and privacy policy",
             "-3 15:15", "elena"),
    DemoLink("Import from Jira", "relates_to", "Как перенести доску из Trello?",
             "-3 16:10", "elena"),
)  # fmt: skip
