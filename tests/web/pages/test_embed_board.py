"""The board that an embed token shows."""

from tests.embedding import SHELL, bearer, exchange
from tests.factories import refresh_body


def test_an_embedded_board_shows_the_members_numbers_and_only_allowed_ranges(
    client, signer, embed_events
):
    page_token = exchange(client, signer.token(time={"allowed": ["7d", "30d"]})).json["token"]

    layout = str(client.get(f"{SHELL}/_dash-layout", headers=bearer(page_token)).json)
    response = client.post(
        f"{SHELL}/_dash-update-component", headers=bearer(page_token), json=refresh_body()
    )

    assert '"presets":["7d","30d"]' in layout
    assert "Last 90 days" not in layout
    assert '["p",{"className":"val"},["5"]]' in response.text.replace(" ", "")
    assert "rival-only" not in response.text


def test_panels_that_are_not_on_the_dashboard_are_not_drawn(client, signer, embed_events):
    body = refresh_body(panels=["conversations.search_term", "total-errors"], figures=[])
    response = client.post(
        f"{SHELL}/_dash-update-component", headers=bearer(signer.token()), json=body
    )

    states = [
        part["data-state"] for name, part in response.json["response"].items() if "panel" in name
    ]
    assert states == ["error", "ready"]


def test_only_a_token_with_the_right_offers_the_events_behind_numbers(client, signer):
    def layout(**claims):
        headers = bearer(exchange(client, signer.token(**claims)).json["token"])
        return str(client.get(f"{SHELL}/_dash-layout", headers=headers).json)

    assert '"hasEvents":true' in layout(can=["events"])
    assert '"hasEvents":true' not in layout()
    assert '"hasEvents":false' in layout()


def test_viewers_are_not_told_how_to_send_events(client, signer):
    response = client.post(
        f"{SHELL}/_dash-update-component", headers=bearer(signer.token()), json=refresh_body()
    )

    notice = str(response.json["response"]["notice"]["children"])
    assert "No events yet" in notice
    assert "curl" not in notice
