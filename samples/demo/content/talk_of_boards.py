"""What the product team says to each other."""

from samples.demo.content.projects import BOARDS
from samples.demo.content.shapes import DemoChannel, Say

CHANNELS = (
    DemoChannel(
        project=BOARDS,
        name="general",
        made="-31 09:00",
        by="alice",
        about="What everybody on Lumen Boards 2 should have read.",
        members="bob carol dmitry elena farid",
        messages=(
            Say("-31 09:10", "alice",
                "Welcome, everybody. Version 2 has three promises: no card gets lost, people "
                "sign in as they are used to, and everything that went in comes out again. "
                "Whatever serves none of the three can wait.",
                replies=(
                    Say("-31 09:14", "carol", "Does dark mode serve one of the three? 🌙"),
                    Say("-31 09:21", "alice", "It serves you at midnight. Put it in, but small."),
                    Say("-31 09:40", "farid", "Then I'd like to see offline reading in the list "
                        "of things that can wait."),
                )),
            Say("-24 10:05", "bob",
                "[[Personal access tokens]] is done. The secret is shown once, so please don't "
                "close the page before you have copied it. I did, twice."),
            Say("-18 13:30", "alice",
                "Planning of 2.0 is on Thursday at ten. @dmitry brings the numbers on ordering, "
                "@carol the sketches for limits.",
                replies=(
                    Say("-18 13:41", "dmitry", "Numbers are there. They are not pretty."),
                    Say("-18 13:52", "carol", "Sketches too. They are."),
                )),
            Say("-14 15:35", "alice",
                "1.9 is out. 🎉 Thank you all, and @farid for staying until the health checks "
                "were green.",
                replies=(
                    Say("-14 15:37", "elena", "Поддержка готова. Первые двое уже обновились!"),
                    Say("-14 15:50", "farid", "The load balancer believes us now: "
                        "[[Health checks for the load balancer]]."),
                    Say("-14 16:02", "bob", "Cake in the kitchen."),
                )),
            Say("-11 11:25", "dmitry",
                "There will be no 1.9.1: the one bug it was for turned out to be a customer's "
                "proxy. Details in #поддержка."),
            Say("-6 09:15", "carol",
                "Dark mode is on staging. Look at the labels in particular, the ambers were hard.",
                replies=(
                    Say("-6 09:44", "elena", "Looks good on my tired screen."),
                    Say("-6 10:10", "bob",
                        "On the sign-in page the error is dark red on dark grey, I can hardly "
                        "read it."),
                    Say("-6 10:12", "carol", "Thanks, mended. The red has a lighter brother now.",
                        edited=("-6 10:30", "Thanks, mended: the red has a lighter brother now, "
                                "4.6 : 1.")),
                )),
            Say("-2 16:20", "alice",
                "Two weeks to the freeze of 2.0. Open: [[Sign in with GitHub]], [[Order of cards "
                "that everybody agrees on]], [[Limits for columns]]. If one of them looks bad, "
                "say so now and not in the last week.",
                replies=(
                    Say("-2 16:33", "bob", "GitHub: review on Monday, then I'm done."),
                    Say("-2 16:48", "dmitry", "Ordering: the last race is found. I want a week "
                        "of it running under load before I say “done”."),
                    Say("-1 09:05", "carol", "Limits wait for the decision who may pass one. "
                        "@alice, that's you."),
                )),
        ),
        read=(("-1 09:30", "alice"), ("-2 17:00", "bob")),
    ),
    DemoChannel(
        project=BOARDS,
        name="engineering",
        made="-31 09:30",
        by="dmitry",
        about="How it works inside. Numbers welcome.",
        members="alice bob elena farid",
        messages=(
            Say("-29 11:20", "dmitry",
                "First numbers on ordering: 150 moves by six people at once, without a lock: "
                "44 deadlocks and 11 cards with one position. With the card locked first it is "
                "worse. With the board locked first: none.",
                replies=(
                    Say("-29 11:34", "farid", "What does the lock cost?"),
                    Say("-29 11:41", "dmitry", "690 moves a second on one board. I don't know a "
                        "team that drags this fast."),
                    Say("-29 11:43", "farid", "I know one child."),
                )),
            Say("-26 16:02", "farid",
                "A NUL in a title gives a 500. Found by my cat walking over the keyboard and a "
                "fuzzer, in this order. [[500 on a NUL character in a title]]",
                replies=(
                    Say("-26 16:10", "bob", "I'll take it. One check at the edge, for all fields "
                        "at once."),
                    Say("-25 12:30", "bob", "Done, with a test for every input of every route."),
                )),
            Say("-22 14:15", "dmitry",
                "Положение карточки — целое число с шагом 65 536. Между двумя соседями всегда "
                "есть место, а когда место кончается, раздвигаем только их окрестность.",
                replies=(
                    Say("-22 14:31", "elena", "А если двое бросят карточку в одно место?"),
                    Say("-22 14:36", "dmitry", "Доска блокируется первой, поэтому второй увидит "
                        "то, что сделал первый."),
                )),
            Say("-16 10:20", "farid",
                "[[Slow query on the list of cards]]: 800 ms on the big workspace, nearly all of "
                "it the sort. With an index on (workspace_id, id) it is 4 ms.",
                replies=(
                    Say("-16 10:41", "dmitry", "Does the list for one board still use its own?"),
                    Say("-16 11:02", "farid", "Yes, checked with 5,000 cards. EXPLAIN is in the "
                        "card."),
                )),
            Say("-12 15:45", "bob",
                "GitHub tells us an email before the person has verified it. If we match "
                "accounts by that, anybody can take over anybody. I only match what GitHub says "
                "is verified.",
                replies=(
                    Say("-12 15:58", "dmitry", "Good catch. This belongs into the decisions, "
                        "please."),
                    Say("-12 16:20", "bob", "Written down."),
                )),
            Say("-9 09:30", "dmitry", "deploy is broekn again", deleted="-9 09:33"),
            Say("-9 09:34", "dmitry",
                "Staging is down: the certificate of the database expired. @farid?",
                replies=(
                    Say("-9 09:40", "farid", "On it."),
                    Say("-9 10:05", "farid", "Up again. It renews itself from now on, and an "
                        "alarm comes ten days before."),
                )),
            Say("-5 13:10", "farid",
                "Backup and restore is in review. 40 GB in six minutes, and it compares the "
                "number of rows of every table afterwards."),
            Say("-3 17:25", "dmitry",
                "Found it. A card that was moved and archived in the same second took a place "
                "that another one already had. One row in a hundred thousand, and of course it "
                "was the one on the big screen.",
                replies=(
                    Say("-3 17:31", "alice", "Thank you. Sleep."),
                    Say("-3 17:50", "bob", "How did you find it?"),
                    Say("-2 09:02", "dmitry", "Replayed the log until the orders differed. It is "
                        "good to have one that nobody can rewrite."),
                )),
            Say("-1 11:15", "farid",
                "Rate limits: 1,200 a minute a person. Does anybody know a script of ours that "
                "does more?",
                replies=(
                    Say("-1 11:48", "bob", "The nightly export, for about ten seconds. I'll make "
                        "it ask politely."),
                )),
        ),
        read=(("-1 12:00", "bob"),),
    ),
    DemoChannel(
        project=BOARDS,
        name="releases",
        made="-15 09:00",
        by="alice",
        about="One message a release. Discussion in threads.",
        members="bob carol",
        messages=(
            Say("-14 15:31", "alice",
                "1.9\n- a log of every change that nobody can rewrite\n- personal access "
                "tokens\n- health checks\n- time spent in hours",
                edited=("-14 15:58", "1.9\n- a log of every change that nobody can rewrite\n"
                        "- personal access tokens\n- health checks\n- time spent in hours\n"
                        "- empty pages that say what to do next (sorry, Carol)"),
                replies=(Say("-14 15:56", "carol", "…and the empty states? 😢"),)),
        ),
    ),
    DemoChannel(
        project=BOARDS,
        name="security",
        made="-27 10:00",
        by="dmitry",
        about="Holes that aren't closed yet. Stays in here.",
        members="bob farid",
        is_private=True,
        messages=(
            Say("-27 10:12", "dmitry",
                "A reader wrote to us: with two browser tabs one can accept an invitation after "
                "it was withdrawn. Confirmed. Please don't talk about it elsewhere until it is "
                "closed."),
            Say("-27 10:40", "bob", "The page keeps the token. I'll check it again at the moment "
                "of accepting.",
                replies=(
                    Say("-26 09:20", "bob", "Closed, and tried with forty tabs."),
                    Say("-26 09:31", "dmitry", "Thanks. The reader gets a mug."),
                )),
            Say("-5 18:05", "farid",
                "The key of the staging server was in a screenshot on the wiki. I have replaced "
                "it, the log shows no use. @dmitry, please look over my shoulder tomorrow.",
                replies=(Say("-4 09:15", "dmitry", "Looked. All clean."),)),
        ),
        read=(("-4 09:20", "dmitry"),),
    ),
)  # fmt: skip
