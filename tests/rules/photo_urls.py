"""What may be the address of a picture, and what may not."""

from tests.rules.form import BLANK

PHOTOS = ["https://x", "https://" + "x" * 2040, "photos/alice/1.png", "a/b", "\u00e4_b/c"]

NO_PHOTOS = [
    "https://" + "x" * 2041,
    "x",
    "https://",
    "https://a b",
    "http://x/y.png",
    "HTTPS:x/y",
    "javascript:alert(1)",
    "javascript:/a/b",
    "data:text/html,a/b",
    "file:///etc/passwd",
    "/a/b",
    "//x/y.png",
    "a//b",
    "a/",
    "a/../b",
    "../b",
    "a\\b/c",
    "a/b\\c",
    "a\nb/c",
    "a/b\nc",
    *BLANK,
]
