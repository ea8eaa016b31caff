"""请假表 asked:人在请假表里填的几项(原样的字)→ 起草的命令。填错了说清是哪一项。"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from engine.errors import BadInput
from handlers.leave import DraftLeave
from miniapp.forms import day_in, moment_in, one_of


@dataclass(frozen=True, slots=True)
class Asked:
    """填的:unit day 按天(从某天上午/下午到某天上午/下午)| hour 按小时(某天几点到几点);end 不填就是同一天。"""

    type: str = ""
    unit: str = "day"
    start: str = ""
    start_part: str = "am"
    end: str = ""
    end_part: str = "pm"
    start_clock: str = ""
    end_clock: str = ""
    reason: str = ""

    def command(self) -> DraftLeave:
        """起草的命令。"""
        if not self.type:
            raise BadInput("TYPE_NEEDED", "请先选择请哪一种假。")
        if one_of(self.unit, ("day", "hour"), "按天还是按小时") == "hour":
            first = moment_in(self.start, self.start_clock, "开始时间")
            last = moment_in(self.end or self.start, self.end_clock, "结束时间")
            return DraftLeave(
                self.type,
                first.date(),
                last.date(),
                start_at=first,
                end_at=last,
                reason=self.reason,
                source="miniapp",
            )
        return DraftLeave(
            self.type,
            day_in(self.start, "开始日期"),
            day_in(self.end or self.start, "结束日期"),
            "pm" if one_of(self.start_part, ("am", "pm"), "开始的半天") == "pm" else "",
            "am" if one_of(self.end_part, ("am", "pm"), "结束的半天") == "am" else "",
            reason=self.reason,
            source="miniapp",
        )

    def query(self) -> str:
        """写进地址里(事由不写)。"""
        return urlencode({name: text for name, text in asdict(self).items() if text and name != "reason"})
