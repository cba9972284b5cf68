"""What the demo's team decided, in which meetings, and what became of it."""

from samples.demo.content.projects import BOARDS, SUPPORT, WEBSITE
from samples.demo.content.shapes import DemoDecision, DemoTranscript

ORDERING = "Planning of 2.0: ordering"
WEEKLY = "Website weekly"
REVIEW = "Разбор обращений"

TRANSCRIPTS = (
    DemoTranscript(
        project=BOARDS,
        title="How the log is kept",
        when="-30 13:00",
        by="dmitry",
        source="zoom",
        participants=(
            {"name": "Alice", "role": "director"},
            {"name": "Дмитрий Орлов", "email": "dmitry@example.com", "role": "architect"},
            {"name": "Farid Rahimi", "email": "farid@example.com"},
        ),
        content="Alice: Customers ask who changed a date. Today we can't say.\n"
        "Дмитрий Орлов: Two ways. Every service writes an entry, or the database does.\n"
        "Farid Rahimi: Services forget. The nightly job writes SQL, for example.\n"
        "Дмитрий Орлов: Then the database: a trigger a table, and nobody but its owner may touch "
        "the log.\n"
        "Alice: And if somebody wants to be forgotten?\n"
        "Дмитрий Орлов: Names are blanked, entries stay. One function, for the owner only.\n"
        "Alice: Good. Farid, what does it cost?\n"
        "Farid Rahimi: Forty microseconds a row. I measured it before the meeting.",
    ),
    DemoTranscript(
        project=BOARDS,
        title=ORDERING,
        when="-17 10:00",
        by="alice",
        source="zoom",
        participants=(
            {"name": "Alice", "role": "director"},
            {"name": "Bob"},
            {"name": "Carol Nguyen", "email": "carol@example.com"},
            {"name": "Дмитрий Орлов", "email": "dmitry@example.com", "role": "architect"},
            {"name": "Farid Rahimi", "email": "farid@example.com"},
            {"name": "Petra (Nordwind)", "role": "customer"},
        ),
        content="Alice: Petra, what happened at Nordwind?\n"
        "Petra (Nordwind): Two of us dragged cards in the same column. Afterwards each saw her "
        "own order. In the meeting we talked about different cards.\n"
        "Дмитрий Орлов: Positions as fractions run out, and two moves at once take the same one. "
        "With whole numbers and the board locked first, it can't happen.\n"
        "Bob: Is a lock on a whole board not too much?\n"
        "Дмитрий Орлов: 690 moves a second.\n"
        "Carol Nguyen: And what does the second person see?\n"
        "Дмитрий Орлов: The first one's move, and then her own.\n"
        "Alice: So decided. And limits: a column may refuse a card?\n"
        "Carol Nguyen: Yes, with a sentence that says why. Who may pass it, I don't know yet.\n"
        "Petra (Nordwind): Please somebody. At four on a Friday there is always one more card.\n"
        "Alice: We leave that open until Carol has asked three teams.",
    ),
    DemoTranscript(
        project=WEBSITE,
        title=WEEKLY,
        when="-19 14:00",
        by="elena",
        source="meet",
        participants=(
            {"name": "Елена Соколова", "email": "elena@example.com", "role": "director"},
            {"name": "Carol Nguyen", "email": "carol@example.com", "role": "architect"},
            {"name": "Farid Rahimi", "email": "farid@example.com"},
        ),
        content="Елена Соколова: Fonts, pictures, counting visitors. What comes from elsewhere?\n"
        "Farid Rahimi: If nothing does, we need no banner.\n"
        "Carol Nguyen: The fonts weigh 60 KB if we cut them to two alphabets.\n"
        "Елена Соколова: Then we host them. And counting?\n"
        "Farid Rahimi: The server's own log, without addresses. Good enough for “more” or “less”.",
    ),
    DemoTranscript(
        project=SUPPORT,
        title=REVIEW,
        when="-20 15:00",
        by="elena",
        source="telemost",
        participants=(
            {"name": "Дмитрий Орлов", "email": "dmitry@example.com", "role": "director"},
            {"name": "Елена Соколова", "email": "elena@example.com", "role": "architect"},
        ),
        content="Елена Соколова: Четверть вопросов — «пропала карточка». Ни одна не пропала.\n"
        "Дмитрий Орлов: Значит, поиск должен находить и архив.\n"
        "Елена Соколова: И говорить, что это архив.\n"
        "Дмитрий Орлов: Договорились. И отвечаем в течение рабочего дня, даже если ответ — "
        "«смотрим».",
    ),
)

DECISIONS = (
    DemoDecision(
        BOARDS, "Services write the log", "-32 15:00", "bob",
        "Each service writes its own entry after a change.",
        "It is simple, and we know what a change means where it is made.",
        0.5,
        consensus={"level": "weak", "for": ["Bob"], "against": ["Дмитрий Орлов", "Farid Rahimi"]},
        anomalies=("The nightly job changes rows by SQL: no entry.",),
        steps=(("-31 12:00", "dmitry", "accepted"),),
    ),
    DemoDecision(
        BOARDS, "The database writes the log", "-30 13:40", "dmitry",
        "A trigger on every table writes one entry for each changed row; only the owner of the "
        "database could touch entries, and even that is refused.",
        "Whatever way a change comes, there is an entry: the API, a job, a person at the console. "
        "It costs 40 microseconds a row.",
        0.95,
        transcript="How the log is kept",
        impacts=("Every new table needs its trigger; a test looks for it.",
                 "Services name the action, the database writes it down."),
        consensus={"level": "strong", "for": ["Alice", "Дмитрий Орлов", "Farid Rahimi"],
                   "against": []},
        steps=(("-30 14:05", "alice", "accepted"),),
        ties=(("-30 14:10", "dmitry", "supersedes", "Services write the log"),),
    ),
    DemoDecision(
        BOARDS, "Positions are fractions", "-31 13:20", "farid",
        "A card that goes between two others gets the middle of their positions.",
        "One row is written for each move, however long the column is.",
        0.6,
        anomalies=("After some fifty moves to one place, the fraction runs out of digits.",),
        steps=(("-31 15:00", "dmitry", "accepted"),),
    ),
    DemoDecision(
        BOARDS, "Positions are whole numbers, 65,536 apart", "-17 11:10", "dmitry",
        "Positions are whole numbers with a step of 65,536. Every move locks the board first; "
        "where a gap is used up, its neighbourhood is spread out in the same transaction.",
        "44 deadlocks of 150 moves without the lock, none with it; 690 moves a second are more "
        "than any team drags.",
        0.9,
        transcript=ORDERING,
        impacts=("Importers lock the board as well.",
                 "A move says “before this card”, never a bare number."),
        consensus={"level": "strong",
                   "for": ["Дмитрий Орлов", "Farid Rahimi", "Alice", "Bob"], "against": []},
        steps=(("-17 11:30", "alice", "accepted"),),
        ties=(("-17 11:35", "dmitry", "supersedes", "Positions are fractions"),
              ("-17 11:40", "dmitry", "depends_on", "The database writes the log")),
    ),
    DemoDecision(
        BOARDS, "A full column refuses cards", "-17 11:20", "carol",
        "A column may have a limit. A move into a full one is refused with a sentence that says "
        "why, whichever way it comes.",
        "A limit that only colours a number is not kept; we tried that for a month ourselves.",
        0.8,
        transcript=ORDERING,
        impacts=("Imports and the API are refused as well.",),
        consensus={"level": "strong", "for": ["Carol Nguyen", "Alice", "Дмитрий Орлов"],
                   "against": []},
        steps=(("-17 11:45", "alice", "accepted"),),
    ),
    DemoDecision(
        BOARDS, "Admins may pass a limit", "-6 14:30", "carol",
        "An admin of the workspace may put a card into a full column; the log says that they did.",
        "Three teams asked: all of them have a Friday at four, none wants everybody to be able "
        "to.",
        0.7,
        consensus={"level": "moderate", "for": ["Carol Nguyen", "Bob"],
                   "against": ["Дмитрий Орлов"]},
        ties=(("-6 14:40", "carol", "depends_on", "A full column refuses cards"),
              ("-5 10:15", "dmitry", "conflicts_with", "Limits bind everybody")),
    ),
    DemoDecision(
        BOARDS, "Limits bind everybody", "-6 15:10", "dmitry",
        "Nobody passes a limit; whoever needs room raises it, which everybody can see.",
        "An exception that is easy becomes the rule.",
        0.6,
        consensus={"level": "moderate", "for": ["Дмитрий Орлов"], "against": ["Carol Nguyen"]},
    ),
    DemoDecision(
        BOARDS, "Accounts are matched by verified emails only", "-12 16:10", "bob",
        "Whoever comes from GitHub gets an existing account only where GitHub says that the email "
        "is verified.",
        "Otherwise anybody who types somebody's address at GitHub is signed in as them here.",
        0.95,
        impacts=("A sentence for those whose address isn't verified yet.",),
        consensus={"level": "strong", "for": ["Bob", "Дмитрий Орлов"], "against": []},
        steps=(("-12 17:00", "dmitry", "accepted"),),
    ),
    DemoDecision(
        BOARDS, "Offline reading in 2.0", "-25 10:30", "bob",
        "The last opened boards can be read without a network.",
        "Three customers asked for it, two of them on trains.",
        0.4,
        consensus={"level": "split", "for": ["Bob"], "against": ["Alice", "Farid Rahimi"]},
        steps=(("-16 10:35", "alice", "rejected"),),
    ),
    DemoDecision(
        BOARDS, "Weekly release train", "-24 11:00", "farid",
        "A release every Tuesday, whatever is ready.",
        "",
        0.3,
        deleted=("-22 16:00", "farid"),
    ),
    DemoDecision(
        WEBSITE, "Fonts come from our own server", "-19 14:40", "farid",
        "Fonts are part of the site, cut to the Latin and Cyrillic alphabets.",
        "No other host hears of our visitors, and 60 KB is less than a stock photo.",
        0.9,
        transcript=WEEKLY,
        impacts=("The licences of the fonts have to be in the imprint.",),
        consensus={"level": "strong", "for": ["Farid Rahimi", "Carol Nguyen", "Елена Соколова"],
                   "against": []},
        steps=(("-19 15:00", "elena", "accepted"),),
    ),
    DemoDecision(
        WEBSITE, "No cookies, no banner", "-18 09:20", "elena",
        "The site sets no cookies, and so has no banner.",
        "Visitors are counted from the server's log, without addresses.",
        0.85,
        transcript=WEEKLY,
        steps=(("-18 10:00", "carol", "accepted"),),
        ties=(("-18 10:05", "elena", "depends_on", "Fonts come from our own server"),),
    ),
    DemoDecision(
        WEBSITE, "“Person”, not “user”", "-4 15:30", "carol",
        "Prices are per person and month; our pages have people, not users.",
        "All five of the interviewed said “my people”.",
        0.8,
        ties=(("-4 15:35", "carol", "relates_to", "No cookies, no banner"),),
    ),
    DemoDecision(
        SUPPORT, "Поиск показывает и архив", "-20 15:50", "elena",
        "Поиск находит карточки в архиве и отмечает их словом «архив».",
        "Четверть обращений — о карточках, которые кто-то убрал в архив и забыл.",
        0.9,
        transcript=REVIEW,
        impacts=("Вопросов о «пропавших» карточках станет вдвое меньше.",),
        consensus={"level": "strong", "for": ["Елена Соколова", "Дмитрий Орлов"], "against": []},
        steps=(("-20 16:10", "dmitry", "accepted"),),
    ),
    DemoDecision(
        SUPPORT, "Отвечаем в течение рабочего дня", "-20 16:00", "dmitry",
        "На каждое обращение есть ответ в тот же рабочий день, даже если он — «смотрим».",
        "Молчание злит сильнее, чем ошибка.",
        0.85,
        transcript=REVIEW,
        steps=(("-20 16:15", "elena", "accepted"),),
        ties=(("-20 16:20", "elena", "relates_to", "Поиск показывает и архив"),),
    ),
)  # fmt: skip
