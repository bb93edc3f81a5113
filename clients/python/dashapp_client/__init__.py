"""Send events from a Python program: batched, in the background, each counted exactly once.

    from dashapp_client import Client

    dash = Client("https://dash.example.com", "dash_ingest_…")
    dash.send("order.paid", user="u-17", properties={"total": 25})

`send` queues the event and returns immediately: it never waits for the network and raises only for
events that could never be sent. A background thread sends the batches. After an error it retries
with increasing pauses (or after the server's Retry-After) under the same ids, so nothing counts
twice. If the server is unavailable for so long that the queue fills up, new events are dropped,
counted and logged. Uses only the standard library.

A key for all orgs needs the org of each event, which all go in the same batches:

    dash.send("order.paid", org="acme", user="u-17")

With keys of orgs, one client, with its one thread, can send for many of them, too:

    dash = Client("https://dash.example.com")
    dash.for_org("dash_ingest_…").send("order.paid", user="u-17")

The server's package has this package as `dashapp.client`, too.
"""

from .client import Client
from .outbox import Statistics
from .sender import Sender

__all__ = ["Client", "Sender", "Statistics"]
