"""Compiles once per process what each of thousands of tests would compile again.

Each test has its own database and its own app. A server makes one of each, so this cost is the tests' alone: statements
(SQLAlchemy keeps them per engine), templates (Jinja keeps them per app), the builders of URLs (Werkzeug makes them per rule),
and the installed packages that Dash looks through for hooks.
"""

from collections.abc import Callable
from typing import Any

import flask
import jinja2
from dash._hooks import HooksManager
from jinja2.bccache import Bucket
from sqlalchemy import Connection, Engine, event
from werkzeug.routing import Rule


class _Statements(dict):
    """Compiled statements by the name of their dialect instead of the dialect of one engine."""

    def get(self, key: tuple, default: Any = None) -> Any:
        return super().get(_by_name(key), default)

    def __setitem__(self, key: tuple, compiled: Any) -> None:
        super().__setitem__(_by_name(key), compiled)


def _by_name(key: tuple) -> tuple:
    dialect, *rest = key
    return dialect.name, dialect.driver, *rest


class _Templates(jinja2.BytecodeCache):
    """The code of templates by name and source."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.code


def install() -> None:
    statements = _Statements()
    builders: dict[tuple, Callable] = {}
    compile_builder = Rule._compile_builder

    def share_statements(connection: Connection) -> None:
        connection.execution_options(compiled_cache=statements)

    def builder_of(rule: Rule, *options: bool) -> Callable:
        converters = [(name, type(it)) for name, it in rule._converters.items()]
        key = (rule.rule, repr(rule._trace), repr(rule.defaults), repr(converters), options)
        if key not in builders:
            builders[key] = compile_builder(rule, *options)
        return builders[key]

    event.listen(Engine, "engine_connect", share_statements)
    flask.Flask.jinja_options = {"bytecode_cache": _Templates()}
    Rule._compile_builder = builder_of
    HooksManager.register_setuptools()
    HooksManager._registered = True
