"""The promises: what bodies send, what canonical entities hold, what recipients receive."""
