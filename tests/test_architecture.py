"""Rules of the house that no other tool checks."""

import ast
from pathlib import Path

import dashapp

PACKAGE = Path(dashapp.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))


def calls(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {
        node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
    }


def where(name: str) -> set[str]:
    return {path.relative_to(PACKAGE).as_posix() for path in FILES if name in calls(path)}


def test_a_scope_is_made_in_two_places():
    assert where("Scope") == {"web/access/guard.py", "cli/context.py"}


def test_one_place_reads_the_clock():
    assert where("now") == {"domain/time/instant.py", "client/client.py"}  # the client stands alone
    assert where("utcnow") == set()


def test_one_place_builds_no_figures_the_slow_way():
    for path in FILES:
        assert "graph_objects" not in path.read_text()


def test_callbacks_are_registered_on_our_app_only():
    for path in FILES:
        assert "from dash import callback" not in path.read_text()


def test_only_the_store_writes_sql():
    for path in (PACKAGE / "web").rglob("*.py"):
        assert "sqlalchemy import" not in path.read_text().replace(
            "sqlalchemy.orm import Session", ""
        )


def test_importing_does_nothing():
    """Only `wsgi.py` acts when it is imported; it is the production entry."""
    for path in FILES:
        if path.name in {"wsgi.py", "__main__.py"}:
            continue
        for node in ast.parse(path.read_text()).body:
            is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
            assert not is_call, f"{path}: {ast.unparse(node)}"
