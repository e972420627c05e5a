"""`?fields=code,clock.due_at`: a GET's answer cut down to the members that are asked for."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from shared.errors import Unprocessable

PATHS_MAX = 50
DEPTH_MAX = 8
PATH = re.compile(rf"[A-Za-z0-9_]{{1,64}}(\.[A-Za-z0-9_]{{1,64}}){{0,{DEPTH_MAX - 1}}}")

Tree = Mapping[str, "Tree"]
"""Members by name; one without members below it is wanted whole."""


def of(query_string: bytes) -> Tree | None:
    """Read what a query asks for, None when it asks for everything; raises Unprocessable."""
    if b"fields=" not in query_string:
        return None
    query = parse_qsl(query_string.decode("latin-1"), keep_blank_values=True)
    given = [value for name, value in query if name == "fields"]
    paths = [path for value in given for path in value.split(",")]
    if not paths:
        return None
    if len(paths) > PATHS_MAX or not all(map(PATH.fullmatch, paths)):
        raise Unprocessable(
            "fields là danh sách tên trường cách nhau bằng dấu phẩy, ví dụ code,status.name; "
            f"nhiều nhất {PATHS_MAX} tên, sâu {DEPTH_MAX} bậc.",
            code="malformed",
        )
    return _tree(paths)


def _tree(paths: list[str]) -> Tree:
    tree: dict[str, Any] = {}
    # The shorter first: what is wanted whole takes in what was named below it.
    for path in sorted(set(paths), key=lambda path: path.count(".")):
        *above, last = path.split(".")
        node = tree
        for name in above:
            if node.get(name) == {}:
                break
            node = node.setdefault(name, {})
        else:
            node[last] = {}
    return tree


def pick(content: Any, wanted: Tree) -> Any:
    """Keep the wanted members, in each item of a list; a page's `next` always stays."""
    if not wanted:
        return content
    if isinstance(content, list):
        return [pick(item, wanted) for item in content]
    if not isinstance(content, dict):
        return content
    page = "items" in content
    return {
        name: pick(value, wanted[name]) if name in wanted else value
        for name, value in content.items()
        if name in wanted or (page and name == "next")
    }
