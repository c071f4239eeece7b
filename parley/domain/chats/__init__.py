"""Decisions about chats: pure functions from documents to writes."""
