"""The stand-in for a mail server: it takes every email, and shows them on a page."""
