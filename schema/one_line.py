"""The check of names and titles: one line that leaves the texts around it alone."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from schema.visible import is_line


@dataclass(frozen=True, slots=True)
class OneLine:
    """A text without line breaks, controls and direction overrides, as names and titles are.

    Checked for new texts only, like ``Shown``.
    """

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def _check(self, text: str) -> str:
        if not is_line(text):
            raise PydanticCustomError(
                "text_line", "must be one line without control or direction characters"
            )
        return text
