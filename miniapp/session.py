"""会话 session:签了名的短会话,存在浏览器的 HttpOnly cookie 里;表单的防伪章与一次性的提示也在这里签。

会话里只有 userid、登录时刻、最近一次使用的时刻和一个随机号;人的权限每次请求都重新查。
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from urllib.parse import urlsplit

from itsdangerous import BadSignature, URLSafeSerializer
from starlette.responses import Response

from config.settings import Settings

COOKIE = "ehr_session"
FLASH = "ehr_say"
LONGEST_HOURS = 12
"""不论多忙,登录满这么久就重新免登一次。"""


@dataclass(frozen=True, slots=True)
class Session:
    """一次登录:userid;login_at 登录时刻、seen_at 最近使用(Unix 秒);nonce 随机号。"""

    userid: str
    login_at: int
    seen_at: int
    nonce: str


class Sessions:
    """签发与查验会话。"""

    def __init__(self, settings: Settings, now: Callable[[], float]) -> None:
        secret = settings.session_secret.get_secret_value() or secrets.token_urlsafe(32)
        self._sign = URLSafeSerializer(secret, salt="ehr.session")
        self._say = URLSafeSerializer(secret, salt="ehr.flash")
        self._key = sha256(b"ehr.csrf\0" + secret.encode()).digest()
        self._link = URLSafeSerializer(secret, salt="ehr.leaver")
        self._link_key = sha256(b"ehr.leaver\0" + secret.encode()).digest()
        self._now = now
        self._idle = settings.session_minutes * 60
        self._pay = settings.pay_confirm_minutes * 60
        self._secure = urlsplit(settings.miniapp_base).scheme == "https"

    def open(self, userid: str, before: Session | None = None) -> Session:
        """刚刚用授权码登录的会话;同一个人再登录,随机号不变,已打开的表单还能交。"""
        now = int(self._now())
        nonce = before.nonce if before is not None and before.userid == userid else secrets.token_urlsafe(12)
        return Session(userid, now, now, nonce)

    def read(self, cookie: str | None) -> Session | None:
        """cookie → 会话;没有、被改过、过期都是 None。"""
        if not cookie:
            return None
        try:
            userid, login_at, seen_at, nonce = self._sign.loads(cookie)
            found = Session(str(userid), int(login_at), int(seen_at), str(nonce))
        except (BadSignature, ValueError, TypeError):
            return None
        now = int(self._now())
        alive = found.seen_at <= now + 60 and now - found.seen_at <= self._idle
        return found if alive and now - found.login_at <= LONGEST_HOURS * 3600 else None

    def fresh_for_pay(self, session: Session) -> bool:
        """看工资要刚刚确认过身份。"""
        return int(self._now()) - session.login_at <= self._pay

    def keep(self, response: Response, session: Session, *, force: bool = False) -> None:
        """把会话写进 cookie;还在用就往后续,一分钟内不重复写。"""
        now = int(self._now())
        if not force and now - session.seen_at < 60:
            return
        value = replace(session, seen_at=now)
        text = self._sign.dumps([value.userid, value.login_at, value.seen_at, value.nonce])
        self._set(response, COOKIE, str(text), self._idle)

    def end(self, response: Response) -> None:
        """退出。"""
        response.delete_cookie(COOKIE, path="/", secure=self._secure, httponly=True, samesite="lax")

    def stamp(self, session: Session) -> str:
        """这次会话的表单防伪章。"""
        return hmac.new(self._key, f"{session.userid}\0{session.nonce}".encode(), sha256).hexdigest()

    def stamped(self, session: Session, stamp: str) -> bool:
        """防伪章对不对。"""
        return hmac.compare_digest(self.stamp(session).encode(), stamp.encode())

    def link_secret(self, userid: str, key: str) -> str:
        """离职链接的口令:由表单的一次性编号得来,同一份表单交两次是同一个链接;不存在任何地方。"""
        return hmac.new(self._link_key, f"{userid}\0{key}".encode(), sha256).hexdigest()

    def link_token(self, link_id: int, secret: str) -> str:
        """签了名的链接末段。"""
        return str(self._link.dumps([link_id, secret]))

    def link_read(self, token: str) -> tuple[int, str]:
        """链接末段 → (编号, 口令);被改过的是 (0, "")。"""
        try:
            link_id, secret = self._link.loads(token)
            return int(link_id), str(secret)
        except (BadSignature, ValueError, TypeError):
            return 0, ""

    def tell(self, response: Response, say: str, tone: str = "good") -> None:
        """留一句话给下一页(只显示一次)。"""
        if say:
            self._set(response, FLASH, str(self._say.dumps([say, tone])), 60)

    def told(self, cookie: str | None) -> tuple[str, str]:
        """上一页留的话:(话, 语气)。"""
        if not cookie:
            return "", ""
        try:
            say, tone = self._say.loads(cookie)
        except (BadSignature, ValueError, TypeError):
            return "", ""
        return str(say), str(tone)

    def forget_told(self, response: Response) -> None:
        """说过一次就忘掉。"""
        response.delete_cookie(FLASH, path="/", secure=self._secure, httponly=True, samesite="lax")

    def _set(self, response: Response, name: str, value: str, seconds: int) -> None:
        response.set_cookie(name, value, max_age=seconds, path="/", secure=self._secure, httponly=True, samesite="lax")


def local_path(to: str) -> str:
    """只许去本站的页面:以 /m/ 开头,没有协议、主机、反斜杠与控制字符;否则回首页。"""
    if not to.startswith("/m/") or "\\" in to or "//" in to.partition("?")[0] or any(ord(c) < 32 for c in to):
        return "/m/"
    parts = urlsplit(to)
    if parts.scheme or parts.netloc or parts.path in ("/m/enter", "/m/login") or "/../" in parts.path + "/":
        return "/m/"
    return to


def new_key() -> str:
    """表单的一次性编号:同一份表单交两次只办一次。"""
    return secrets.token_urlsafe(18)
