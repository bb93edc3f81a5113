"""Sample events of five kinds of products, one for each file in `examples/boards`.

They are plausible days, for tests and documentation: an API, continuous integration, a learning
platform, a mobile app, and the shop (`shop.py`).
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dashapp.domain.demo.days import Product, about, moment_on, sample_id
from dashapp.domain.demo.draws import Draws, Weighted
from dashapp.domain.demo.samples import sample_event
from dashapp.domain.demo.shop import SHOP
from dashapp.domain.events.event import Event

_SATURDAY = 5
_OFFICE_HOUR = Weighted({hour: 9 if 8 <= hour < 18 else 2 for hour in range(24)})  # noqa: PLR2004
_EVENING_HOUR = Weighted({hour: 3 + 9 * (17 <= hour < 23) for hour in range(7, 24)})  # noqa: PLR2004
# Median milliseconds and bytes of each endpoint.
_ENDPOINTS = {
    "GET /orders": (42, 18_000),
    "POST /orders": (95, 900),
    "GET /products": (30, 46_000),
    "GET /products/search": (160, 31_000),
    "POST /webhooks/test": (240, 300),
    "GET /reports/monthly": (820, 240_000),
}
_STATUS = Weighted({200: 910, 201: 40, 404: 28, 429: 12, 500: 7, 503: 3})
_PLAN = Weighted({"free": 5, "team": 3, "business": 2})
_REPOS = {"storefront": 310, "billing": 240, "mobile-app": 780, "docs": 65, "infrastructure": 420}
_RESULT = Weighted({"passed": 84, "failed": 12, "canceled": 4})
_QUEUE = Weighted({"linux": 6, "linux-large": 2, "macos": 1, "windows": 1})
_BRANCH = Weighted({"main": 4, "feature": 5, "release": 1})
_COURSES = {"SQL basics": 78, "Safe driving": 84, "First aid": 88, "Statistics": 66, "Welding": 73}
_PLATFORM = Weighted({"android": 55, "ios": 45})
_VERSION = Weighted({"5.2.0": 6, "5.1.3": 3, "5.0.1": 1})
_CRASHES = {"5.2.0": 0.004, "5.1.3": 0.007, "5.0.1": 0.03}  # of a session, by version
_SCREENS = ("home", "search", "product", "checkout", "settings")
_PRICES = (1.99, 4.99, 9.99, 29.99)


def api_day(org: str, zone: ZoneInfo, day: date) -> Iterator[Event]:
    """Yield about 600 calls, a few of them slow or failed, and on two days a week a deployment."""
    for index in range(about(600, Draws(f"{org} {day} calls"))):
        event_id = sample_id(org, day, f"call-{index}")
        draws = Draws(event_id)
        at = moment_on(zone, day, _OFFICE_HOUR.drawn(draws), draws)
        endpoint, plan = draws.pick(tuple(_ENDPOINTS)), _PLAN.drawn(draws)
        latency, size = _ENDPOINTS[endpoint]
        key_id = f"key-{plan}-{draws.whole(1, 12):02d}"
        properties = {
            "endpoint": endpoint,
            "status": _STATUS.drawn(draws),
            "plan": plan,
            "latency_ms": round(latency * _tail(draws), 1),
            "bytes": int(size * draws.between(0.5, 1.5)),
            "key_id": key_id,
        }
        yield sample_event(event_id, "api.called", at, (key_id, "api"), properties)
    if day.weekday() in {1, 3}:
        event_id = sample_id(org, day, "deploy")
        properties = {"version": f"2026.{day.timetuple().tm_yday}"}
        at = moment_on(zone, day, 11, Draws(event_id))
        yield sample_event(event_id, "deploy.finished", at, ("deployer", "api"), properties)


def ci_day(org: str, zone: ZoneInfo, day: date) -> Iterator[Event]:
    """Yield about 90 builds on working days and 12 on others, and a runner upgrade on Mondays."""
    per_day = 12 if day.weekday() >= _SATURDAY else 90
    for index in range(about(per_day, Draws(f"{org} {day} builds"))):
        build_id = sample_id(org, day, f"build-{index}")
        draws = Draws(build_id)
        at = moment_on(zone, day, _OFFICE_HOUR.drawn(draws), draws)
        repo, queue = draws.pick(tuple(_REPOS)), _QUEUE.drawn(draws)
        source = (f"dev-{draws.whole(1, 18):02d}", "api")
        build = {"repo": repo, "queue": queue, "branch": _BRANCH.drawn(draws)}
        waited = int(4_000 * _tail(draws))
        yield sample_event(
            f"{build_id}-start", "build.started", at, source, {**build, "waited_ms": waited}
        )
        seconds = round(_REPOS[repo] * draws.between(0.6, 1.5))
        finished = {
            **build,
            "result": _RESULT.drawn(draws),
            "seconds": seconds,
            "minutes": round(seconds / 60, 2),
        }
        at += timedelta(seconds=seconds)
        yield sample_event(f"{build_id}-end", "build.finished", at, source, finished)
    if day.weekday() == 0:
        event_id = sample_id(org, day, "runner")
        at = moment_on(zone, day, 7, Draws(event_id))
        yield sample_event(event_id, "runner.upgraded", at, ("deployer", "api"), {"queue": "linux"})


def learning_day(org: str, zone: ZoneInfo, day: date) -> Iterator[Event]:
    """Yield the courses that about 14 learners start on a day, over the next two weeks.

    Learners take a lesson every other day, then a quiz. Those who pass complete the course.
    """
    for index in range(about(14, Draws(f"{org} {day} learners"))):
        start_id = sample_id(org, day, f"course-{index}")
        draws = Draws(start_id)
        course = draws.pick(tuple(_COURSES))
        source = (f"learner-{draws.whole(1, 400):03d}", "web")
        properties = {"course": course, "cohort": f"{day:%Y-%m}"}
        at = moment_on(zone, day, _EVENING_HOUR.drawn(draws), draws)
        yield sample_event(start_id, "course.started", at, source, properties)
        for lesson in range(draws.whole(1, 5)):
            at += timedelta(days=1 + lesson % 2, minutes=draws.whole(-50, 50))
            lesson_properties = {**properties, "seconds": draws.whole(300, 2_400)}
            yield sample_event(
                f"{start_id}-{lesson}", "lesson.finished", at, source, lesson_properties
            )
        if draws.happens(0.75):
            score = min(100, round(_COURSES[course] + draws.between(-25, 20)))
            quiz = {**properties, "score": score, "passed": score >= 60}  # noqa: PLR2004
            at += timedelta(hours=1)
            yield sample_event(f"{start_id}-quiz", "quiz.graded", at, source, quiz)
            if quiz["passed"]:
                at += timedelta(minutes=20)
                yield sample_event(f"{start_id}-end", "course.completed", at, source, properties)


def mobile_day(org: str, zone: ZoneInfo, day: date) -> Iterator[Event]:
    """Yield about 25 installations and 220 sessions, and the crashes and purchases in them."""
    for index in range(about(25, Draws(f"{org} {day} installs"))):
        install_id = sample_id(org, day, f"install-{index}")
        draws = Draws(install_id)
        at = moment_on(zone, day, _EVENING_HOUR.drawn(draws), draws)
        user = f"u-{day:%m%d}-{index}"
        yield from _installation(install_id, user, at, draws)
    for index in range(about(220, Draws(f"{org} {day} sessions"))):
        session_id = sample_id(org, day, f"session-{index}")
        draws = Draws(session_id)
        at = moment_on(zone, day, _EVENING_HOUR.drawn(draws), draws)
        yield from _app_session(session_id, f"u-{draws.whole(1, 600)}", at, draws)


def _installation(install_id: str, user: str, at: datetime, draws: Draws) -> Iterator[Event]:
    """Yield an installation, and for some users a registration and a first purchase."""
    platform = _PLATFORM.drawn(draws)
    app = {"platform": platform, "version": _VERSION.drawn(draws)}
    source = (user, platform)
    yield sample_event(install_id, "app.installed", at, source, app)
    if draws.happens(0.62):
        at += timedelta(minutes=draws.whole(1, 300))
        yield sample_event(f"{install_id}-user", "user.registered", at, source, app)
        if draws.happens(0.28):
            at += timedelta(hours=draws.whole(1, 60))
            yield _purchase(f"{install_id}-buy", at, source, app, draws)


def _app_session(session_id: str, user: str, at: datetime, draws: Draws) -> Iterator[Event]:
    """Yield the start and the end of a session; some crash, and some have a purchase."""
    platform, version = _PLATFORM.drawn(draws), _VERSION.drawn(draws)
    app = {"platform": platform, "version": version}
    source = (user, platform)
    yield sample_event(f"{session_id}-open", "app.opened", at, source, app)
    seconds = min(3_600, round(95 * _tail(draws)))
    at += timedelta(seconds=seconds)
    screen = draws.pick(_SCREENS)
    if draws.happens(_CRASHES[version]):
        yield sample_event(
            f"{session_id}-crash", "app.crashed", at, source, {**app, "screen": screen}
        )
    elif draws.happens(0.03):
        yield _purchase(f"{session_id}-buy", at, source, app, draws)
    ended = {**app, "screen": screen, "seconds": seconds}
    yield sample_event(f"{session_id}-end", "session.ended", at, source, ended)


def _purchase(
    event_id: str, at: datetime, source: tuple[str, str], app: Mapping[str, object], draws: Draws
) -> Event:
    properties = {
        **app,
        "amount": draws.pick(_PRICES),
        "currency": "USD" if draws.happens(0.8) else "EUR",
    }
    return sample_event(event_id, "purchase.completed", at, source, properties)


def _tail(draws: Draws) -> float:
    """Return a factor with a median of about 1 and a long tail: 2.5 at the 95th percentile."""
    factor: float = 0.75 * (1 - draws.share()) ** -0.4
    return min(40.0, factor)


# By the names of the files in `examples/boards`.
PRODUCTS: Mapping[str, Product] = {
    "api": Product(api_day),
    "ci": Product(ci_day),
    "learning": Product(learning_day, longest=14),
    "mobile": Product(mobile_day, longest=4),
    "shop": SHOP,
}
