"""One key sends for all orgs: each event names its org, and no org waits for another one."""

from dashapp_client import Client

KEY = "dash_ingest_" + "a" * 49
AGAIN = {"code": "try_again", "message": "Org acme could not be stored just now."}


def verdicts(*rejected, accepted=0):
    return (207, {}, {"accepted": accepted, "duplicates": 0, "rejected": list(rejected)})


def test_events_of_all_orgs_go_in_one_batch(server):
    with Client(server.url, KEY) as dash:
        dash.send("page.viewed", org="acme")
        dash.send("page.viewed", org="rival")

    assert [[event["org"] for event in batch] for batch in server.batches] == [["acme", "rival"]]


def test_events_without_an_org_have_no_such_field(server):
    with Client(server.url, KEY) as dash:
        dash.send("page.viewed")

    assert "org" not in server.batches[0][0]


def test_events_of_a_busy_org_are_sent_again_under_their_ids(server):
    rejected = []
    server.responses = [
        verdicts({"index": 0, **AGAIN}, {"index": 2, "code": "conflict"}, accepted=1)
    ]
    with Client(server.url, KEY, on_rejected=lambda event, _: rejected.append(event["id"])) as dash:
        for event_id, org in (("a", "acme"), ("b", "rival"), ("c", "rival")):
            dash.send("page.viewed", id=event_id, org=org)

    assert server.ids() == [["a", "b", "c"], ["a"]]
    assert rejected == ["c"]
    assert dash.statistics == (0, 2, 0, 1, 0)


def test_a_batch_of_busy_orgs_is_sent_again_after_a_pause(server):
    both = ({"index": 0, **AGAIN}, {"index": 1, **AGAIN})
    server.responses = [verdicts(*both), verdicts(*both)]
    with Client(server.url, KEY) as dash:
        dash.send("page.viewed", id="a", org="acme")
        dash.send("page.viewed", id="b", org="acme")

    assert server.ids() == [["a", "b"]] * 3
    assert dash.statistics == (0, 2, 0, 0, 0)


def test_an_org_at_its_limit_holds_up_no_other(server):
    with Client(server.url, KEY, batch=1) as dash:
        server.responses = [verdicts({"index": 0, **AGAIN})]
        dash.send("page.viewed", id="limited", org="acme")
        for number in range(3):
            dash.send("page.viewed", id=str(number), org="rival")

    assert sorted(ids[0] for ids in server.ids()) == ["0", "1", "2", "limited", "limited"]
    assert dash.statistics.accepted == 4
