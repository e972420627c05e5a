"""nginx as nothing but a proxy, to know what a hop must cost at least."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from deploy.local.ports import is_free
from tests.gateway.upstreams import free_url
from tests.waiting import until

READY_SECONDS_MAX = 10.0
# One process without a master, so that its processor time is the proxy's.
CONFIGURATION = """
daemon off; master_process off; pid {home}/pid; error_log {home}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; client_body_temp_path {home}/body; proxy_temp_path {home}/proxy;
  fastcgi_temp_path {home}/f; uwsgi_temp_path {home}/u; scgi_temp_path {home}/s;
  keepalive_requests 10000000; keepalive_timeout 75s;
  upstream intake {{ server {intake}; keepalive 64; keepalive_requests 10000000; }}
  upstream procedures {{ server {procedures}; keepalive 64; keepalive_requests 10000000; }}
  server {{
    listen {listen};
    proxy_http_version 1.1; proxy_set_header Connection "";
    location /v1/dossiers {{ proxy_pass http://intake; }}
    location / {{ proxy_pass http://procedures; }}
  }}
}}
"""


def installed() -> bool:
    """Whether this machine has nginx."""
    return shutil.which("nginx") is not None


@asynccontextmanager
async def plain_proxy(urls: Mapping[str, str]) -> AsyncIterator[tuple[str, int]]:
    """Start it before two services; gives its URL and its process."""
    url = free_url()
    port = urlsplit(url).port or 0
    with tempfile.TemporaryDirectory(prefix="motcua-nginx-") as home:
        configuration = Path(home) / "nginx.conf"
        places = {service: urlsplit(of).netloc for service, of in urls.items()}
        configuration.write_text(
            CONFIGURATION.format(home=home, listen=urlsplit(url).netloc, **places)
        )
        process = await asyncio.create_subprocess_exec("nginx", "-c", str(configuration))
        try:
            await until(lambda: not is_free(port), seconds=READY_SECONDS_MAX, what="nginx listens")
            yield url, process.pid
        finally:
            process.terminate()
            await process.wait()
