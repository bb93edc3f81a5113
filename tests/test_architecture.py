"""Architecture rules that no other tool checks."""

import ast
from pathlib import Path

import dashapp

PACKAGE = Path(dashapp.__file__).parent
# In a checkout, the client is a link, which rglob does not follow before Python 3.13.
FILES = sorted({*PACKAGE.rglob("*.py"), *(PACKAGE / "client").rglob("*.py")})
ALL_FILES = {path.relative_to(PACKAGE).as_posix() for path in FILES}


def called_names(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {
        node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
    }


def functions_of(path: Path) -> list[ast.FunctionDef]:
    tree = ast.parse(path.read_text())
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def files_importing(module: str, name: str) -> set[str]:
    return {
        path.relative_to(PACKAGE).as_posix()
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
        and node.module == module
        and name in {alias.name for alias in node.names}
    }


def files_calling(name: str) -> set[str]:
    return {path.relative_to(PACKAGE).as_posix() for path in FILES if name in called_names(path)}


def test_a_scope_is_created_in_two_places():
    assert files_calling("Scope") == {"web/access/policies.py", "cli/context.py"}


def test_a_whole_org_is_opened_in_few_places():
    kit = "testing.py"  # it opens orgs of databases that it has created
    assert files_calling("operator_scope") <= {
        path for path in ALL_FILES if path.startswith("cli/") or path == kit
    }
    assert files_calling("scope_of_org") == {
        "store/administration/people/people.py",
        "web/access/embedding/attempts.py",
        "web/access/embedding/tokens.py",
        "web/access/policies.py",
        "web/access/login/tracking.py",
        "web/api/control/data/usage.py",
        "web/api/events_for_orgs.py",
        "web/api/control/putting.py",  # it adds an org
        "web/pages/chrome.py",
        "web/pages/embed.py",
        "web/pages/links/invitation.py",
        "web/pages/settings/general/logo.py",
        "web/access/login/landing.py",
        "web/access/login/sessions.py",
        "web/access/sign_on/entering.py",
    }


def test_only_its_own_methods_change_a_scope():
    assert files_importing("dataclasses", "replace") == {
        "domain/access/scope.py",
        "queries/ask.py",  # a query
        "widgets/placing/charted.py",  # a panel, a widget
        "widgets/placing/placed.py",  # a widget
        "widgets/placing/tabs.py",  # a widget
    }


def test_rows_of_an_org_are_reached_by_scope():
    takes_org_id = {
        (path.relative_to(PACKAGE).as_posix(), function.name)
        for path in FILES
        for function in functions_of(path)
        if "org_id" in {arg.arg for arg in (*function.args.args, *function.args.kwonlyargs)}
    }

    assert takes_org_id == {
        ("board/refresh.py", "masked_revision"),
        ("store/orgs/keys.py", "_seal_context"),
        ("store/row_security.py", "set_org"),
    }


def test_a_folder_has_at_most_14_modules():
    for folder in {path.parent for path in FILES}:
        assert len(list(folder.glob("*.py"))) <= 14, folder


def test_files_and_functions_are_short():
    for path in FILES:
        assert len(path.read_text().splitlines()) <= 260, path
        for function in functions_of(path):
            lines = function.end_lineno - function.lineno + 1
            assert lines <= 40, f"{path}: {function.name}"


def test_one_module_reads_the_clock():
    # The client cannot use instant.py: it imports nothing else from dashapp.
    assert files_calling("now") == {"domain/time/instant.py", "client/event.py"}
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
