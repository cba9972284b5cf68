"""The PostgreSQL that comes with Taskly: started when first needed, stopped when nobody is left.

`ensure(home)` is the whole of it. Every process that uses the database calls it (the database
engine does so before its first connection), so that a server, a shell and the tests can share one
installation without anybody starting or stopping anything.

    launcher     joins the running server of a home, or starts it
    supervisor   the process that has postgres as its child: restarts it, and stops it at the end
    layout       where things lie in a home
    account      which user postgres runs as (it refuses to be root)
    binaries     where PostgreSQL's programs are
"""

from config.embedded.errors import EmbeddedError
from config.embedded.launcher import ensure
from config.embedded.layout import Server, default_home, locate

__all__ = ["EmbeddedError", "Server", "default_home", "ensure", "locate"]
