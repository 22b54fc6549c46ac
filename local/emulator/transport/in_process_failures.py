"""The exceptions of the real network stack, for connections that the local cloud breaks.

A lost connection looks to the caller exactly as it would over a socket: urllib3's error goes
through urllib3's own retry rules (no retries, as the SDK sets them up) and is then wrapped as
requests' HTTPAdapter wraps it.
"""

from __future__ import annotations

import errno
import socket
from http.client import RemoteDisconnected
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from requests.exceptions import ConnectionError as RequestsConnectionError
from requests.exceptions import ReadTimeout
from urllib3 import HTTPSConnectionPool
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import (
    HTTPError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
)
from urllib3.util import Retry, Timeout

from local.emulator.transfer import Disconnect

if TYPE_CHECKING:
    from requests import PreparedRequest


def read_timeout(timeout: object) -> float | None:
    """Return the seconds a caller waits for an answer, from what it gave requests as `timeout`."""
    if isinstance(timeout, tuple):
        timeout = timeout[1]
    if isinstance(timeout, Timeout):
        timeout = timeout.read_timeout
    return float(timeout) if isinstance(timeout, int | float) else None


def late_answer(request: PreparedRequest, seconds: float) -> Exception:
    """Return what requests raises when no answer came within the read timeout."""
    pool, path = _pool_and_path(request)
    return _as_requests_raises(
        request, ReadTimeoutError(pool, path, f"Read timed out. (read timeout={seconds:g})")
    )


def broken_connection(request: PreparedRequest, disconnect: Disconnect) -> Exception:
    """Return what requests raises when the connection ends without an answer."""
    host = urlsplit(str(request.url)).hostname or ""
    if disconnect is Disconnect.CLOSED:
        return _as_requests_raises(
            request,
            _aborted(RemoteDisconnected("Remote end closed connection without response")),
        )
    if disconnect is Disconnect.RESET:
        return _as_requests_raises(
            request, _aborted(ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"))
        )
    connection = HTTPSConnection(host)
    if disconnect is Disconnect.REFUSED:
        refused = ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")
        return _as_requests_raises(
            request,
            NewConnectionError(connection, f"Failed to establish a new connection: {refused}"),
        )
    unknown = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return _as_requests_raises(request, NameResolutionError(host, connection, unknown))


def _aborted(error: OSError) -> ProtocolError:
    return ProtocolError("Connection aborted.", error)


def _pool_and_path(request: PreparedRequest) -> tuple[HTTPSConnectionPool, str]:
    return HTTPSConnectionPool(urlsplit(str(request.url)).hostname or "", 443), request.path_url


def _as_requests_raises(request: PreparedRequest, error: HTTPError) -> Exception:
    pool, path = _pool_and_path(request)
    try:
        Retry(total=0).increment(request.method, path, error=error, _pool=pool)
    except MaxRetryError as exhausted:
        return RequestsConnectionError(exhausted, request=request)
    except ReadTimeoutError as late:
        return ReadTimeout(late, request=request)
    except ProtocolError as broken:
        return RequestsConnectionError(broken, request=request)
    raise AssertionError("urllib3 goes on although no retries are left")
