"""Text without case and accents in SQL, for searches: `Café` and `CAFE` are the same.

Both sides of a comparison must be folded by the database. PostgreSQL knows the case of letters
that have no accents only as far as the locale of the database does.
"""

import re
import unicodedata
from typing import Any

from sqlalchemy import Integer, Text, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

_ACCENTS = re.compile("[\u0300-\u036f]")


def folded_text(text: str) -> str:
    """Return text without case and accents, as SQLite folds it.

    >>> folded_text("Café ÅNGSTRÖM")
    'cafe angstrom'
    """
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).lower()


def folded(text: Any) -> Any:
    """Return an expression: the text without case and accents."""
    return func.dashapp_folded_of(text)


def position(text: Any, part: Any) -> Any:
    """Return an expression: where the text contains the part, from 1, or 0 if it does not."""
    return func.dashapp_position(text, part)


class _Folded(GenericFunction[Any]):
    name = "dashapp_folded_of"
    type = Text()
    inherit_cache = True


class _Position(GenericFunction[Any]):
    name = "dashapp_position"
    type = Integer()
    inherit_cache = True


@compiles(_Folded, "sqlite")
def _folded_sqlite(element: _Folded, compiler: SQLCompiler, **kw: Any) -> str:
    return f"dashapp_folded({compiler.process(element.clauses, **kw)})"


@compiles(_Folded, "postgresql")
def _folded_postgresql(element: _Folded, compiler: SQLCompiler, **kw: Any) -> str:
    text = compiler.process(element.clauses, **kw)
    plain = rf"regexp_replace(normalize({text}, NFKD), '[\u0300-\u036f]', '', 'g')"
    return f"lower({plain})"


@compiles(_Position, "sqlite")
def _position_sqlite(element: _Position, compiler: SQLCompiler, **kw: Any) -> str:
    return f"instr({compiler.process(element.clauses, **kw)})"


@compiles(_Position, "postgresql")
def _position_postgresql(element: _Position, compiler: SQLCompiler, **kw: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **kw)})"
