"""What can go wrong with the embedded server, said to a person."""


class EmbeddedError(Exception):
    """The embedded server can't be had here; the message says why and what to do instead.

    It is always a whole sentence or two, since it is what somebody sees who typed `make run`.
    """


OWN_SERVER = "or set DATABASE_URL to use a PostgreSQL server of your own"
