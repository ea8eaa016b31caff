"""审批写回接口 approvals:外面的审批写进考勤、时长预算、在效审批与请假状态。"""

from __future__ import annotations

from datetime import datetime, timedelta

from sandbox import absences, durations
from sandbox.absences import Absence
from sandbox.clock import to_ms
from sandbox.durations import Span, plain
from sandbox.house import House
from sandbox.openapi.endpoint import Endpoint, Json
from sandbox.refusal import BadField, NewRefusal, OldRefusal
from sandbox.validate import Args, Field, check, may, must

_TAGS = ("请假", "出差", "外出", "加班")
_PARAM = (
    must("bizType", "int"),
    must("fromTime"),
    must("toTime"),
    must("durationUnit"),
    must("calculateModel", "int"),
    may("leaveCode"),
    may("timeZoneId"),
)


def _refuse(code: str, say: str) -> NewRefusal:
    return NewRefusal(400, code, say)


def _measure(house: House, userid: str, p: Args) -> tuple[Span, list[tuple[str, int]], int]:
    """校验时长参数并数时长:返回 (起止, 每天, 合计),都是 ×100。"""
    if p["bizType"] not in (1, 2, 3):
        raise _refuse("illegalApproveType", "不合法的审批类型")
    if p["calculateModel"] not in (0, 1):
        raise _refuse("illegalCalculateType", "不合法的时长计算模式")
    if p["durationUnit"] not in ("day", "halfDay", "hour"):
        raise _refuse("illegalDurationUnit", "不合法的时长单位")
    if p["bizType"] == 1 and p["durationUnit"] != "hour":
        raise _refuse("illegalOvertimeDurationUnit", "不合法的加班时长单位(加班仅支持按小时)")
    try:
        span = durations.read_span(p["durationUnit"], p["fromTime"], p["toTime"])
    except BadField as error:
        if error.say.startswith("must be after"):
            raise _refuse("beginDateCannotAfterEndDate", "开始时间不能晚于结束时间") from error
        code = "illegalDateTypeForHalfDay" if p["durationUnit"] == "halfDay" else "invalidRequestParams"
        raise _refuse(code, f"不合法的开始结束时间格式:{error.name} {error.say}") from error
    working = p["calculateModel"] == 1 and p["bizType"] != 1
    rows = durations.by_day(house.world, userid, span, working=working)
    return span, [(day.isoformat(), amount) for day, amount in rows], durations.total(rows)


def _answer(rows: list[tuple[str, int]], amount: int) -> Json:
    detail = [{"date": day, "duration": plain(x)} for day, x in rows if x]
    return {"result": {"duration": plain(amount), "durationDetail": detail}, "success": True}


def _person(house: House, a: Args) -> str:
    userid: str = a.get("userId", "")
    if not userid:
        raise BadField("userId", "missing")
    if userid not in house.world.people:
        raise _refuse("invalidRequestParams", "参数错误(userId 不存在)")
    return userid


def _calculate(house: House, a: Args) -> Json:
    _, rows, amount = _measure(house, _person(house, a), a)
    return _answer(rows, amount)


def _finish(house: House, a: Args) -> Json:
    userid = _person(house, a)
    p = check(_PARAM, a["topCalculateApproveDurationParam"], loose=False)
    span, rows, amount = _measure(house, userid, p)
    if a["tagName"] not in _TAGS:
        raise _refuse("invalidRequestParams", f"tagName 只能是 {'、'.join(_TAGS)}")
    if p["bizType"] == 3 and not a.get("subType"):
        raise BadField("subType", "missing")
    if p["bizType"] == 3 and p.get("leaveCode") and p["leaveCode"] not in house.world.leave_types:
        raise _refuse("invalidRequestParams", "leaveCode 不存在")
    today = house.clock.now().date()
    if span.first < today - timedelta(days=31):
        raise _refuse("dateTooEarly", "时间不能在指定天数之前")
    if (span.last - span.first).days + 1 > 31:
        raise _refuse("durationTooLong", "开始结束时间跨度过大")
    if p["bizType"] == 1 and span.end - span.begin > timedelta(days=1):
        raise _refuse("overtimeDurationTooLong", "加班时长过长")
    _overlap(house, userid, a["approveId"], span)
    _keep(house, userid, a, p, (span, amount))
    return _answer(rows, amount)


def _keep(house: House, userid: str, a: Args, p: Args, measured: tuple[Span, int]) -> None:
    span, amount = durations.fit(house.world, userid, measured[0]), measured[1]
    house.world.set_writeback(
        {
            "approve_id": a["approveId"],
            "userid": userid,
            "biz_type": p["bizType"],
            "tag_name": a["tagName"],
            "sub_type": a.get("subType", ""),
            "unit": p["durationUnit"],
            "calculate_model": p["calculateModel"],
            "from": p["fromTime"],
            "to": p["toTime"],
            "begin": span.begin.isoformat(),
            "end": span.end.isoformat(),
            "duration_x100": amount,
            "leave_code": p.get("leaveCode", ""),
            "jump_url": a.get("jumpUrl", ""),
            "overtime_to": a.get("overTimeToMore", 0),
            "at": house.clock.now().isoformat(),
        }
    )


def _overlap(house: House, userid: str, approve_id: str, span: Span) -> None:
    """同一时间已有三张别的写回就拒绝(repeatApprovesOverLimit;上限文档没写,取 3)。"""
    same = [
        x
        for x in absences.of_person(house.world, userid)
        if x.approve_id != approve_id and x.begin < span.end and span.begin < x.end
    ]
    if len(same) >= 3:
        raise _refuse("repeatApprovesOverLimit", "时间存在重复的审批单写入超过限制")


def _old_finish(house: House, a: Args) -> Json:
    """旧版的孪生接口:蛇形参数,旧版错误。"""
    new: Args = {
        "userId": a["userid"],
        "approveId": a["approve_id"],
        "tagName": a["tag_name"],
        "jumpUrl": a.get("jump_url", ""),
        "topCalculateApproveDurationParam": {
            "bizType": a["biz_type"],
            "fromTime": a["from_time"],
            "toTime": a["to_time"],
            "durationUnit": a["duration_unit"],
            "calculateModel": a["calculate_model"],
        },
    }
    if a.get("sub_type"):
        new["subType"] = a["sub_type"]
    try:
        done = _finish(house, new)["result"]
    except NewRefusal as refusal:
        raise OldRefusal(400002, refusal.message, refusal.code) from refusal
    detail = [{"date": row["date"], "duration": str(row["duration"])} for row in done["durationDetail"]]
    return {"result": {"duration": str(done["duration"]), "duration_detail": detail}, "success": True}


def _cancel(house: House, a: Args) -> Json:
    """通知审批撤销:写回的那一张从考勤里拿掉。没有这一张(或是别人的)就说不存在。"""
    if house.world.person(a["userid"]) is None:
        raise OldRefusal(33012, "无效的USERID", "33012")
    written = house.world.writebacks.get(a["approve_id"])
    if written is None or written["userid"] != a["userid"]:
        raise OldRefusal(400002, "审批单不存在", "approveNotExist")
    house.world.cut_writeback(a["approve_id"])
    return {"result": {}, "success": True}


def _query(house: House, a: Args) -> Json:
    rows: list[Json] = []
    for userid in [u for u in a["userIds"].split(",") if u]:
        for x in absences.of_person(house.world, userid):
            inside = x.begin <= a["toDateTime"] and a["fromDateTime"] <= x.end
            if inside and (not a.get("bizTypes") or x.biz_type in a["bizTypes"]):
                rows.append(_row(x))
    return {"result": rows}


def _row(x: Absence) -> Json:
    return {
        "approveId": x.approve_id,
        "userId": x.userid,
        "bizType": x.biz_type,
        "tagName": x.tag_name,
        "subType": x.sub_type,
        "beginTime": x.begin.strftime("%Y-%m-%d %H:%M:%S"),
        "endTime": x.end.strftime("%Y-%m-%d %H:%M:%S"),
        "durationUnit": x.unit,
        "calculateModel": x.calculate_model,
    }


def _status(house: House, a: Args) -> Json:
    begin, end = a["start_time"], a["end_time"]
    _spread(begin, end, 180)
    rows = [
        {
            "userid": x.userid,
            "start_time": to_ms(x.begin),
            "end_time": to_ms(x.end),
            "duration_percent": x.duration_x100,
            "duration_unit": "percent_hour" if x.unit == "hour" else "percent_day",
            "leave_code": x.leave_code,
        }
        for userid in a["userid_list"]
        for x in absences.of_person(house.world, userid)
        if x.biz_type == 3 and x.begin <= end and begin <= x.end
    ]
    start, stop = a["offset"], a["offset"] + a["size"]
    return {"result": {"has_more": stop < len(rows), "leave_status": rows[start:stop]}, "success": True}


def _spread(begin: datetime, end: datetime, most: int) -> None:
    if end < begin or end - begin > timedelta(days=most):
        raise BadField("end_time", "invalid", f"时间跨度须在 {most} 天以内")


def _approve_duration(house: House, a: Args) -> Json:
    """排班时间内、这段起止之间要上班的分钟数。"""
    span = Span("hour", a["from_date"], a["to_date"], str(a["from_date"]), str(a["to_date"]))
    if span.end <= span.begin:
        raise BadField("to_date", "invalid")
    rows = durations.by_day(house.world, a["userid"], span, working=True)
    return {"result": {"duration_in_minutes": durations.total(rows) * 60 // 100}}


_OLD_FINISH: tuple[Field, ...] = (
    must("userid"),
    must("biz_type", "int"),
    must("from_time"),
    must("to_time"),
    must("duration_unit"),
    must("calculate_model", "int"),
    must("tag_name"),
    may("sub_type"),
    must("approve_id", most=100),
    may("jump_url", most=200),
    may("overtime_duration"),
    may("overtime_to_more", "int"),
)
ENDPOINTS = (
    Endpoint(
        "POST",
        "/v1.0/attendance/approvals/finish",
        _finish,
        (
            must("topCalculateApproveDurationParam", "dict"),
            must("tagName"),
            may("subType"),
            must("approveId", most=100),
            may("jumpUrl", most=200),
            may("overtimeDuration"),
            may("overTimeToMore", "int"),
            may("userId"),
        ),
        (may("userId"),),
    ),
    Endpoint("POST", "/topapi/attendance/approve/finish", _old_finish, _OLD_FINISH),
    Endpoint("POST", "/topapi/attendance/approve/cancel", _cancel, (must("userid"), must("approve_id", most=100))),
    Endpoint(
        "POST",
        "/v1.0/attendance/approvals/durations/calculate",
        _calculate,
        (*_PARAM, may("userId")),
        (may("userId"),),
    ),
    Endpoint(
        "POST",
        "/v1.0/attendance/approvals/query",
        _query,
        (must("userIds"), may("bizTypes", "ints"), must("fromDateTime", "ms"), must("toDateTime", "ms")),
    ),
    Endpoint(
        "POST",
        "/topapi/attendance/getleavestatus",
        _status,
        (
            must("userid_list", "csv", most=100),
            must("start_time", "ms"),
            must("end_time", "ms"),
            must("offset", "int", least=0),
            must("size", "int", most=20, least=1),
        ),
    ),
    Endpoint(
        "POST",
        "/topapi/attendance/getleaveapproveduration",
        _approve_duration,
        (must("userid"), must("from_date", "when"), must("to_date", "when")),
    ),
)
