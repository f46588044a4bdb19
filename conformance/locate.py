"""Where the schemas are: in the package when installed from a wheel, beside it in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def schemas_folder() -> Path:
    """The folder that holds `<family>/openapi.yaml`, `results.schema.json` and the rest.

    Raises FileNotFoundError when the installation is incomplete.
    """
    for folder in (_PACKAGE / "schemas", _PACKAGE.parent / "schemas"):
        if (folder / "results.schema.json").is_file() or any(folder.glob("*/openapi.yaml")):
            return folder
    raise FileNotFoundError(
        f"no schemas beside or inside {_PACKAGE}: reinstall helpdesk-conformance from its wheel "
        "or with `pip install -e .` from a checkout"
    )


def package_folder() -> Path:
    """The folder of the `conformance` package itself."""
    return _PACKAGE
