"""错误 errors:一家人,画成一棵树。

EhrError                 凡是要对人说的话
├── NotAllowed           没有权限(403)
├── NotFound             找不到(404)
├── RuleBroken           规则不允许(409)
│   └── NotEnough        余额不足(409)
├── Conflict             有人先改过了(409)
├── Unclear              没听明白,要反问(422)
├── BadInput             输入不对(422)
├── NotReady             缺数据或缺配置(409)
└── Unavailable          外面的服务暂时不通(503)

`code` 是稳定的英文名,给日志、接口与测试用;`say` 是中文,先说发生了什么,再说接下来怎么办。
程序错误(bug)不属于这棵树,保持普通异常。
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(eq=False)
class EhrError(Exception):
    """错误的根:`code` 稳定英文名,`say` 给人看的一句中文(发生了什么 + 怎么办)。"""

    code: str
    say: str
    details: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.code}: {self.say}"


class NotAllowed(EhrError):
    """没有权限:这个人不能做或看这件事。"""


class NotFound(EhrError):
    """找不到:没有这条记录,或对这个人来说等于没有。"""


class RuleBroken(EhrError):
    """规则不允许:法律或公司制度挡住了这件事。"""


class NotEnough(RuleBroken):
    """余额不足:假期、名额等不够用。"""


class Conflict(EhrError):
    """冲突:您看到的已经不是最新的,有人先改过了。"""


class Unclear(EhrError):
    """没听明白:需要反问一句才能继续。"""


class BadInput(EhrError):
    """输入不对:格式、范围或前后矛盾。"""


class NotReady(EhrError):
    """还不能算:缺数据、缺日历或缺配置,补上之后再来。"""


class Unavailable(EhrError):
    """外面的服务暂时不通:已记下,稍后自动再试。"""
