"""令牌 tokens:两族接口共用一个 access_token;免登授权码单次、五分钟。时间用真实的单调钟,重启即失。"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field

LIFE = 7200
CODE_LIFE = 300


@dataclass
class Tokens:
    """令牌与授权码。"""

    client_id: str
    client_secret: str
    _token: str = ""
    _until: float = 0.0
    _expired: set[str] = field(default_factory=set)
    _codes: dict[str, tuple[str, float]] = field(default_factory=dict)

    def right(self, key: str, secret: str) -> bool:
        """钥匙对不对。"""
        return key == self.client_id and secret == self.client_secret

    def issue(self) -> str:
        """发令牌:有效期内重复取是同一个,且续期。"""
        if not self._token or time.monotonic() >= self._until:
            self._token = secrets.token_hex(16)
        self._until = time.monotonic() + LIFE
        return self._token

    def state(self, token: str) -> str:
        """good | expired | bad。"""
        if token in self._expired:
            return "expired"
        if token and token == self._token:
            return "good" if time.monotonic() < self._until else "expired"
        return "bad"

    def expire(self) -> None:
        """让现有令牌立刻过期。"""
        if self._token:
            self._expired.add(self._token)
        self._token = ""

    def revoke(self) -> None:
        """让现有令牌作废(不是过期:不认得它)。"""
        self._token = ""

    def mint(self, userid: str) -> str:
        """给一个人发免登授权码。"""
        code = secrets.token_hex(16)
        self._codes[code] = (userid, time.monotonic() + CODE_LIFE)
        return code

    def redeem(self, code: str) -> str | None:
        """用掉授权码,返回 userid;用过、过期、不认得返回 None。"""
        userid, until = self._codes.pop(code, ("", 0.0))
        return userid if userid and time.monotonic() < until else None
