"""What the other projects' people say: the website, the support team, the fair."""

from samples.demo.content.projects import FAIR, SUPPORT, WEBSITE
from samples.demo.content.shapes import DemoChannel, Say

CHANNELS = (
    DemoChannel(
        project=FAIR,
        name="general",
        made="-34 10:00",
        by="alice",
        about="Leipzig, hall 4, stand C12.",
        members="carol elena",
        messages=(
            Say("-34 10:05", "alice", "Hall 4, stand C12. Twelve square metres, one socket."),
            Say("-33 10:20", "carol", "One socket?! I bring the cable drum."),
            Say("-27 12:15", "elena",
                "No competitions at the stands, say the fair's rules, § 14. So no prize.",
                replies=(Say("-27 12:25", "carol", "Then the prize stays in the office. It is a "
                             "very good lamp."),)),
            Say("-20 17:05", "alice",
                "Back home. 212 conversations, 31 addresses, 2 customers, 0 hours of sleep. "
                "Thank you both!"),
        ),
    ),
    DemoChannel(
        project=WEBSITE,
        name="general",
        made="-28 10:45",
        by="elena",
        about="The new site, from the first sketch to the party.",
        members="alice bob carol dmitry farid",
        messages=(
            Say("-28 11:05", "elena",
                "Goal: somebody who has never heard of us knows after ten seconds what we do. "
                "Everything else is decoration."),
            Say("-25 15:20", "carol",
                "Sketches hang on the wall beside the coffee machine. Pens too: write on them.",
                replies=(
                    Say("-25 16:40", "bob", "Somebody drew a cat on the price list."),
                    Say("-25 16:44", "carol", "The cat stays."),
                )),
            Say("-19 09:50", "farid",
                "Staging is up behind a password: [[Staging server behind a password]]. Ask me "
                "for it, not the wiki."),
            Say("-13 14:30", "elena",
                "Five interviews done. Nobody understood “agile synergy board”. All five "
                "understood “see what everybody is working on”.",
                replies=(
                    Say("-13 14:38", "alice", "Then we say that."),
                    Say("-13 14:52", "dmitry", "По-русски: «видно, кто над чем работает»."),
                )),
            Say("-8 10:10", "farid",
                "The page weighs 212 KB, of which 140 are the photo of the office. Do we need "
                "the office?",
                replies=(
                    Say("-8 10:25", "carol", "We need an office. I'll make it 40 KB."),
                    Say("-7 15:05", "carol", "38."),
                )),
            Say("-3 15:20", "elena",
                "Still no answer on [[Cookie text checked by a lawyer]]. I call them tomorrow. "
                "Without cookies there would be nothing to ask, by the way.",
                replies=(
                    Say("-3 15:41", "farid", "We set none. The text says that we set none. It is "
                        "two sentences."),
                    Say("-2 11:30", "elena", "They found two questions in two sentences."),
                )),
        ),
        read=(("-8 10:30", "bob"), ("-2 12:00", "alice")),
    ),
    DemoChannel(
        project=WEBSITE,
        name="words",
        made="-24 09:15",
        by="elena",
        about="Tone of voice: two pages, not twenty.",
        members="bob carol dmitry",
        messages=(
            Say("-24 09:30", "elena",
                "1. We say “you”. 2. A sentence has one thought. 3. No word that needs another "
                "word to be understood."),
            Say("-23 13:15", "dmitry",
                "Для русского: на «вы», но без канцелярита. «Осуществляется загрузка» → "
                "«загружаем».",
                replies=(Say("-23 13:40", "elena", "Записала. Спасибо!"),)),
            Say("-4 14:45", "elena",
                "The pricing page: is it “per person and month” or “per user per month”?",
                replies=(
                    Say("-4 14:50", "carol", "Person. We have people."),
                    Say("-4 15:02", "bob", "Person."),
                )),
        ),
    ),
    DemoChannel(
        project=WEBSITE,
        name="budget",
        made="-27 16:00",
        by="elena",
        about="Offers and invoices of the relaunch.",
        members="alice",
        is_private=True,
        messages=(
            Say("-27 16:10", "elena", "The photographer wants 1,900 €, the other one 1,200 € but "
                "only in January.",
                replies=(Say("-27 16:35", "alice", "Then 1,900. January is too late."),)),
            Say("-12 11:00", "elena", "Spent so far: 6,340 € of 9,000 €. The lawyer is not in it "
                "yet."),
        ),
    ),
    DemoChannel(
        project=SUPPORT,
        name="поддержка",
        made="-26 09:40",
        by="dmitry",
        about="Что спрашивают клиенты и что мы отвечаем.",
        members="bob elena farid",
        messages=(
            Say("-26 09:50", "dmitry",
                "Коллеги, договоримся: на каждый вопрос — карточка, даже если ответ в одну "
                "строку. Через месяц посмотрим, о чём спрашивают чаще всего."),
            Say("-21 11:30", "elena",
                "За неделю: счета — 9, доступ — 7, «пропала карточка» — 4. Карточки не пропадают, "
                "их архивируют и забывают.",
                replies=(
                    Say("-21 11:42", "dmitry", "Добавим подсказку «в архиве» в поиск?"),
                    Say("-21 11:55", "elena", "Да, это закроет половину вопросов."),
                )),
            Say("-11 10:50", "farid",
                "The 502s at Nordwind are their own proxy: it cuts every answer after 30 s. I "
                "have written to their admin.",
                replies=(
                    Say("-11 11:05", "elena", "Передала клиенту, спасибо!"),
                    Say("-11 11:20", "dmitry", "Значит, 1.9.1 не нужна."),
                )),
            Say("-4 08:35", "elena",
                "Опять в семь утра: [[Сервер не отвечает по утрам]]. Пятый день подряд. @farid",
                replies=(
                    Say("-4 08:52", "farid", "Same minute as the backup. I move it to three and "
                        "throttle it."),
                    Say("-3 07:15", "elena", "Сегодня тихо 🤞"),
                    Say("-2 07:10", "elena", "И сегодня."),
                )),
            Say("-1 14:10", "elena",
                "Клиент спрашивает, можно ли перенести доску из Trello вместе с вложениями. "
                "Пока нет, верно?",
                replies=(Say("-1 14:22", "dmitry", "Пока нет: карточки, метки и люди — да, "
                             "вложения — нет."),)),
        ),
        read=(("-2 09:00", "bob"),),
    ),
)  # fmt: skip
