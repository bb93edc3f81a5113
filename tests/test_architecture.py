"""Architecture rules that no other tool checks."""

import ast
from pathlib import Path

import dashapp

PACKAGE = Path(dashapp.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))


def called_names(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {
        node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
    }


def files_calling(name: str) -> set[str]:
    return {path.relative_to(PACKAGE).as_posix() for path in FILES if name in called_names(path)}


def test_a_scope_is_created_in_two_places():
    assert files_calling("Scope") == {"web/access/guard.py", "cli/context.py"}


def test_one_module_reads_the_clock():
    # The client cannot use instant.py: it imports nothing else from dashapp.
    assert files_calling("now") == {"domain/time/instant.py", "client/client.py"}
    assert files_calling("utcnow") == set()


def test_no_module_builds_figures_with_graph_objects():
    for path in FILES:
        assert "graph_objects" not in path.read_text()


def test_no_module_imports_the_global_callback():
    for path in FILES:
        assert "from dash import callback" not in path.read_text()


def test_web_modules_write_no_sql():
    for path in (PACKAGE / "web").rglob("*.py"):
        assert "sqlalchemy import" not in path.read_text().replace(
            "sqlalchemy.orm import Session", ""
        )


def test_importing_a_module_has_no_side_effects():
    """Only `wsgi.py` does something when imported: it is the production entry point."""
    for path in FILES:
        if path.name in {"wsgi.py", "__main__.py"}:
            continue
        for node in ast.parse(path.read_text()).body:
            is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
            assert not is_call, f"{path}: {ast.unparse(node)}"
