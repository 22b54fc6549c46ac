"""A token bucket: so many calls at once, then so many a second."""

from __future__ import annotations


class TokenBucket:
    """Holds up to `burst` tokens and gains `rate` tokens a second. Starts full."""

    def __init__(self, rate: float, burst: int) -> None:
        self._rate = rate
        self._burst = burst
        self._tokens = float(burst)
        self._filled_at: float | None = None

    def take(self, now: float) -> bool:
        """Take one token; False if there is none. A clock that goes back adds nothing."""
        if self._filled_at is not None:
            gained = max(0.0, now - self._filled_at) * self._rate
            self._tokens = min(float(self._burst), self._tokens + gained)
        self._filled_at = now
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True
