"""体检单 findings:`ehr doctor` 的一条条结果:ok 好、warn 要留意、fail 不修就跑不了;每条都说怎么修。"""

from __future__ import annotations

from dataclasses import dataclass

OK, WARN, FAIL = "ok", "warn", "fail"
SIGNS = {OK: "✓", WARN: "!", FAIL: "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    """一条:about 查的是什么;what 看到什么;mend 怎么修(好的为空)。"""

    about: str
    level: str
    what: str
    mend: str = ""

    def line(self) -> str:
        """给人看的一两行。"""
        mend = f"\n    怎么修:{self.mend}" if self.mend else ""
        return f"{SIGNS[self.level]} {self.about}:{self.what}{mend}"


def ok(about: str, what: str) -> Finding:
    """好的。"""
    return Finding(about, OK, what)


def warn(about: str, what: str, mend: str) -> Finding:
    """要留意的:能跑,但有一块会缺。"""
    return Finding(about, WARN, what, mend)


def fail(about: str, what: str, mend: str) -> Finding:
    """不修就跑不了的。"""
    return Finding(about, FAIL, what, mend)
