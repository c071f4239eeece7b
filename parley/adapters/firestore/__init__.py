"""Firestore behind the store port."""
