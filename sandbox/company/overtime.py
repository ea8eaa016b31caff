"""加班 overtime:期间内的加班单,与实际打卡相对审批的样子。"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class OvertimePlan:
    """一次加班的打算。

    punched 说明打卡怎样:full 打卡盖住审批 · part 早走(只做到一半左右) · none 批了没来 · bare 没有审批自己留下来。
    """

    userid: str
    start: str
    end: str
    to: Literal["pay", "comp"]
    punched: Literal["full", "part", "none", "bare"]
    reason: str
    outcome: Literal["agree", "refuse"] = "agree"


PLANS = (
    OvertimePlan("jinlei", "2026-09-09 18:30", "2026-09-09 21:00", "pay", "full", "版本上线"),
    OvertimePlan("liangchen", "2026-09-16 18:30", "2026-09-16 20:30", "pay", "part", "联调"),
    OvertimePlan("songyang", "2026-09-19 09:00", "2026-09-19 17:00", "pay", "full", "双节活动页"),
    OvertimePlan("heping", "2026-09-30 18:30", "2026-09-30 21:30", "pay", "full", "季度结账"),
    OvertimePlan("cuijian", "2026-10-01 09:00", "2026-10-01 17:00", "pay", "full", "国庆设备检修"),
    OvertimePlan("qinchuan", "2026-10-01 09:00", "2026-10-01 17:00", "pay", "full", "国庆设备检修"),
    OvertimePlan("qianlong", "2026-10-02 09:00", "2026-10-02 17:00", "pay", "part", "国庆值班"),
    OvertimePlan("chengyu", "2026-10-03 22:00", "2026-10-04 06:00", "pay", "full", "国庆夜间值班"),
    OvertimePlan("jinlei", "2026-10-05 09:00", "2026-10-05 17:00", "comp", "full", "机房迁移"),
    OvertimePlan("xuwei", "2026-10-05 09:00", "2026-10-05 17:00", "comp", "full", "机房迁移"),
    OvertimePlan("liangchen", "2026-10-14 18:30", "2026-10-14 21:00", "pay", "full", "需求赶工"),
    OvertimePlan("songyang", "2026-10-17 09:00", "2026-10-17 15:00", "pay", "full", "大促压测"),
    OvertimePlan("lvjia", "2026-10-20 18:30", "2026-10-20 20:30", "pay", "none", "改稿"),
    OvertimePlan("duanxin", "2026-10-22 18:30", "2026-10-22 21:00", "pay", "bare", "自己留下改方案"),
    OvertimePlan("weiguo", "2026-10-24 10:00", "2026-10-24 16:00", "pay", "part", "大促页面"),
    OvertimePlan("heping", "2026-10-30 18:30", "2026-10-30 21:30", "pay", "full", "月末结账"),
    OvertimePlan("hanbing", "2026-10-28 18:30", "2026-10-28 20:00", "pay", "full", "标书", "refuse"),
    OvertimePlan("jinlei", "2026-11-04 18:30", "2026-11-04 21:30", "pay", "full", "故障复盘"),
    OvertimePlan("liangchen", "2026-11-07 09:00", "2026-11-07 17:00", "pay", "full", "双十一保障"),
    OvertimePlan("songyang", "2026-11-07 09:00", "2026-11-07 17:00", "comp", "full", "双十一保障"),
    OvertimePlan("lvjia", "2026-11-10 18:30", "2026-11-10 22:00", "pay", "full", "双十一物料"),
    OvertimePlan("duanxin", "2026-11-11 18:30", "2026-11-11 22:30", "pay", "full", "双十一值守"),
    OvertimePlan("heping", "2026-11-14 10:00", "2026-11-14 15:00", "pay", "none", "年审准备"),
    OvertimePlan("jiangbo", "2026-11-19 18:30", "2026-11-19 21:00", "pay", "part", "补进度"),
    OvertimePlan("zhuhong", "2026-11-25 18:30", "2026-11-25 21:00", "pay", "full", "回归测试"),
    OvertimePlan("jinlei", "2026-11-28 09:00", "2026-11-28 17:00", "comp", "full", "数据库升级"),
    OvertimePlan("liangchen", "2026-12-09 18:30", "2026-12-09 21:00", "pay", "full", "年终版本"),
    OvertimePlan("heping", "2026-12-31 18:30", "2026-12-31 22:00", "pay", "full", "年末结账"),
)
"""工作日、休息日、调休放假日、法定节假日都有;有跨零点的,也有批了没来、没批就留的。"""


@dataclass(frozen=True, slots=True)
class TripPlan:
    """一次出差或外出。"""

    userid: str
    start: str
    end: str
    place: str
    reason: str


TRIPS = (
    TripPlan("heqiang", "2026-09-15", "2026-09-16", "杭州", "客户走访"),
    TripPlan("wangfang", "2026-10-15", "2026-10-16", "南京", "渠道会议"),
    TripPlan("huangtao", "2026-10-27", "2026-10-28", "苏州", "项目验收"),
    TripPlan("xiejuan", "2026-11-12", "2026-11-13", "宁波", "签约"),
    TripPlan("zhangwei", "2026-12-02", "2026-12-03", "无锡", "客户走访"),
)
"""出差:那几天照常打卡,位置在外。"""
