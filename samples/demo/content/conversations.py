"""What alice and bob ask the assistant, each in conversations that nobody else reads."""

from samples.demo.content.shapes import DemoConversation

CONVERSATIONS = (
    DemoConversation(
        "alice",
        (
            ("-12 08:50", "help"),
            ("-12 08:52", "which projects"),
            ("-12 08:53", "switch to project Lumen Boards 2"),
        ),
    ),
    DemoConversation("bob", (("-9 13:30", "switch to project Partner API"),)),
    DemoConversation(
        "alice",
        (
            ("-3 17:40", "switch to project Website relaunch"),
            ("-2 16:10", "переключись на проект Lumen Boards 2"),
        ),
    ),
    DemoConversation(
        "bob",
        (
            ("-1 10:05", "какие проекты"),
            ("-1 10:06", "переключись на проект Поддержка клиентов"),
        ),
    ),
)
