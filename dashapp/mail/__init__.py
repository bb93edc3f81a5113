"""Mails: their texts, how they look, and how they are sent. See docs/operate.md."""
