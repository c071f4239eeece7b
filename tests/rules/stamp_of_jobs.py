"""What every job that staff write begins with, and wrong values of it."""

from tests.rules.acting import NOW, Document
from tests.rules.cast import Cast


def stamp(cast: Cast, role: str) -> Document:
    """Whose job it is, who writes it and when."""
    return {"serviceId": cast.service, "createdBy": cast.staff(role), "createdAt": NOW}


STAMP = {"serviceId": ["rival-n", "no such", "a/b"], "createdBy": ["owner"]}
NAMES = [[7], ["a", None], [""], ["a:b"], ["a/b"]]
DELIVERY = {"delivery": [{"state": "SUCCESS"}, {"state": "PENDING"}]}
