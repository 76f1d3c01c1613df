"""The certificates that are trusted: the system's, and those that the environment names."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

from medsdesk.core.errors import UserFacingError

_CA_FILES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_CA_FOLDER = "SSL_CERT_DIR"


def certificates() -> ssl.SSLContext:
    """Return the system's certificates, and those of files that the environment names.

    Raises:
        UserFacingError: Such a file cannot be read.
    """
    import truststore

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for name in (*_CA_FILES, _CA_FOLDER):
        value = os.environ.get(name)
        if not value:
            continue
        path = Path(value)
        try:
            if path.is_dir():
                context.load_verify_locations(capath=path)
            else:
                context.load_verify_locations(cafile=path)
        except (OSError, ssl.SSLError) as error:
            raise UserFacingError(
                f"The certificates that {name} names cannot be read: {path}.",
                "Correct the environment variable, or take it away to use the system's own.",
            ) from error
    return context
