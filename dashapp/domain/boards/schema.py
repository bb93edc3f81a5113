"""The JSON Schema of board files, for editors, derived from the structs that read them."""

from typing import Any

import msgspec

from dashapp.domain.boards.spec import FileSpec

_TITLE = "A board file of dashapp"


def board_file_schema() -> dict[str, Any]:
    """Return the schema. Keys of `fields` and `where` may be nested: `properties.a.b`."""
    schema = msgspec.json.schema(FileSpec)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": _TITLE, **schema}
