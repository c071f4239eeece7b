"""Twilio behind the SMS ports: send, look up, classify."""
