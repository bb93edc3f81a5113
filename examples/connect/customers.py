"""Connect a thousand customers to dashapp with two keys, open ten embeds, and remove ten customers.

dashapp key add --kind admin --name sign-up --scopes orgs,keys,embed | tail -1   -> ADMIN_KEY
dashapp key add --kind ingest --name events | tail -1                             -> INGEST_KEY
URL=http://localhost:8050 ADMIN_KEY=… INGEST_KEY=… python3 customers.py 1000
"""

import json
import os
import sys
from http.client import HTTPConnection, HTTPSConnection
from time import perf_counter
from urllib.parse import urlsplit

from dashapp_client import Client

URL, ADMIN_KEY = os.environ["URL"], os.environ["ADMIN_KEY"]
SITE = urlsplit(URL)
CONNECTION = (HTTPSConnection if SITE.scheme == "https" else HTTPConnection)(SITE.netloc)


def ask(method: str, path: str, body: object = None, key: str = ADMIN_KEY) -> dict:
    """Send a request; return the answer, or end with the server's message."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    CONNECTION.request(method, SITE.path + path, body and json.dumps(body), headers)
    response = CONNECTION.getresponse()
    answer = json.loads(response.read())
    if response.status >= 400:
        sys.exit(f"{method} {path}: {answer['error']['message']}")
    return answer


def connect(slug: str) -> None:
    """What a sign-up does: an org with its board and origin, and a key of its own."""
    customer = {"name": slug.title(), "timezone": "Europe/Berlin", "boards": ["operations"]}
    ask("PUT", f"/api/v1/orgs/{slug}", {**customer, "origins": [f"https://{slug}.example"]})
    ask("POST", f"/api/v1/orgs/{slug}/keys", {"kind": "read", "name": "reports"})


def main(count: int) -> None:
    """Do all of it, and print how long each part took."""
    slugs, started = [f"customer-{number}" for number in range(count)], perf_counter()
    for slug in slugs:
        connect(slug)
    print(f"connected {count} customers in {perf_counter() - started:.1f} s")
    started = perf_counter()
    client = Client(URL, os.environ["INGEST_KEY"])
    for slug in slugs:
        client.send("page.viewed", user="u-1", org=slug)
    client.close(60)
    CONNECTION.close()  # the server has closed it meanwhile; the next request opens another
    print(f"sent: {client.statistics} in {perf_counter() - started:.1f} s")
    for slug in slugs[:10]:
        session = {"dashboard": "operations", "viewer": "u-1"}
        token = ask("POST", f"/api/v1/orgs/{slug}/embed-sessions", session)["token"]
        ask("GET", "/api/v1/dashboards/operations/data?time_range=7d", key=token)
    print("opened 10 embeds")
    receipts = [ask("DELETE", f"/api/v1/orgs/{slug}?confirm={slug}") for slug in slugs[-10:]]
    print("removed 10 customers:", ", ".join(receipt["id"] for receipt in receipts))


main(int(sys.argv[1]))
