"""Simple Message Notification: topics, publishing, what subscribers receive."""
