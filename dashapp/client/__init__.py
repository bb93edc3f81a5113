"""Send events from a Python program: in batches, in the background, each exactly once.

    from dashapp.client import Client

    dash = Client("https://dash.example.com", "dash_ingest_…")
    dash.send("order.paid", user="u-17", properties={"total": 25})

`send` puts the event into a queue and comes back at once: it never waits for the network and raises
only for what can never be sent. A thread sends batches, tries again after errors with growing
pauses (and as long as the server asks with Retry-After), under the same ids, so nothing counts
twice. Where the queue is full, because the server has been away for long, the newest events are
dropped, counted and logged. Needs nothing but the standard library; one client is for one key.
"""

from dashapp.client.client import Client, Statistics

__all__ = ["Client", "Statistics"]
