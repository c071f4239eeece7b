import json
from pathlib import Path

import pytest

from schema import export, reasons
from schema.base import Document
from schema.typescript import render


@pytest.mark.parametrize("name", list(export.exports()))
def test_exported_files_are_up_to_date(name: str) -> None:
    kept = (export.FOLDER / name).read_text(encoding="utf-8")

    assert kept == export.exports()[name], "run `make schema` and commit what it writes"


def test_the_export_writes_every_file(tmp_path: Path) -> None:
    written = export.write(tmp_path / "new")

    assert {path.name: path.read_text(encoding="utf-8") for path in written} == export.exports()


def test_every_document_and_every_closed_list_is_exported() -> None:
    definitions = export.json_schema()["$defs"]
    lists = {
        name
        for name, kind in vars(reasons).items()
        if getattr(kind, "__module__", "") == reasons.__name__ and isinstance(kind, type)
    }

    assert lists <= set(definitions)
    assert {document.__name__ for document in export.DOCUMENTS} <= set(definitions)
    assert all(issubclass(document, Document) for document in export.DOCUMENTS)


def test_the_json_schema_is_self_contained_in_the_stored_spelling() -> None:
    schema = export.json_schema()
    text = json.dumps(schema)
    targets = {part.split('"')[0] for part in text.split("#/$defs/")[1:]}

    assert targets <= set(schema["$defs"])
    assert "service_id" not in text
    assert schema["$defs"]["CampaignJob"]["additionalProperties"] is False
    assert schema["$defs"]["Chat"]["properties"]["lastMessage"] == {"$ref": "#/$defs/LastMessage"}


def test_a_schema_without_a_typescript_type_is_refused() -> None:
    with pytest.raises(ValueError, match="no TypeScript"):
        render({"Odd": {"type": "tuple"}})
