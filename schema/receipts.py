"""Receipts and typing indicators, which members write beside a chat."""

from __future__ import annotations

from schema.base import Document, Time


class ReadReceipt(Document):
    """``chatReadReceipts/{chatId}/members/{uid}``: horizons, which only move forward."""

    read_to: Time
    read_at: Time
    delivered_to: Time | None = None


class TypingIndicator(Document):
    """``chatTypingIndicators/{chatId}/members/{uid}``: the time of the last keystrokes."""

    at: Time
