"""Reading YAML, with the fast loader where PyYAML was built with it."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def load_yaml(file: Path) -> Any:
    """The content of a YAML file of ours; read once. The caller must not change it."""
    with file.open(encoding="utf-8") as stream:
        return yaml.load(stream, Loader=_Loader)
