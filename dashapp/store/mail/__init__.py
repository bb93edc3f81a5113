"""Mails that wait to be sent. They are stored in the transaction that causes them."""
