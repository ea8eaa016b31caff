"""客户管理接口 crm:自定义对象(成交、满意度);fieldId 是租户自己的,值都是文字,时间是上海钟面时间。"""

from __future__ import annotations

import json
from datetime import datetime

from sandbox.company.shapes import CrmForm, Deal, Rating
from sandbox.house import House
from sandbox.openapi.endpoint import Endpoint, Json
from sandbox.refusal import NewRefusal
from sandbox.validate import Args, may, must

_STATUS = {"signed": "已签约", "cancelled": "已撤单"}


def _query(house: House, a: Args) -> Json:
    form = next((f for f in house.world.company.crm_forms if f.code == a["name"]), None)
    if form is None:
        raise NewRefusal(400, "system.error", "表单不存在")
    if a["maxResults"] > 100:
        raise NewRefusal(400, "pageSize.exceeds", "pageSize must not exceeds 100")
    if form.kind == "deal":
        rows = [_deal(house, form, deal) for deal in house.world.deals()]
    else:
        rows = [_rating(house, form, rating) for rating in house.world.ratings()]
    rows = [row for row in rows if _fits(row, a.get("queryDsl", ""))]
    start = int(a["nextToken"]) if a.get("nextToken", "").isdigit() else 0
    stop = start + a["maxResults"]
    feed = "deal" if form.kind == "deal" else "rating"
    result: Json = {
        "values": [house.faults.spoil(feed, row) for row in rows[start:stop]],
        "hasMore": stop < len(rows),
        "maxResults": a["maxResults"],
    }
    if stop < len(rows):
        result["nextToken"] = str(stop)
    return {"result": result}


def _fits(row: Json, dsl: str) -> bool:
    """queryDsl:各组之间是且;组内按 logicType;值相等才算。"""
    if not dsl:
        return True
    try:
        groups = json.loads(dsl)["queryGroupList"]
        for group in groups:
            hits = [
                row["data"].get(q["fieldId"], row.get(q["fieldId"])) == q["value"] for q in group["queryObjectList"]
            ]
            if not (any(hits) if group.get("logicType") == "OR" else all(hits)):
                return False
    except (ValueError, KeyError, TypeError) as error:
        raise NewRefusal(400, "queryDsl.json.error", "queryDsl is not valid json") from error
    return True


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S")


def _row(house: House, form: CrmForm, values: dict[str, str], x: Deal | Rating) -> Json:
    person = house.world.people.get(x.owner)
    modified = x.modified_at if isinstance(x, Deal) else x.created_at
    return {
        "instanceId": x.instance_id,
        "objectType": form.code,
        "data": {form.field_id(name): value for name, value in values.items() if value},
        "extendData": {},
        "creatorUserId": x.owner,
        "creatorNick": person.name if person else "",
        "gmtCreate": _text(x.created_at),
        "gmtModified": _text(modified),
        "permission": {"ownerUserIds": [x.owner], "participantUserIds": []},
        "procInstStatus": "COMPLETED",
        "procOutResult": "agree",
    }


def _contact(house: House, userid: str) -> str:
    """联系人控件的值:JSON 文字。"""
    person = house.world.people.get(userid)
    return json.dumps([{"emplId": userid, "name": person.name if person else userid}], ensure_ascii=False)


def _deal(house: House, form: CrmForm, deal: Deal) -> Json:
    values = {
        "deal_no": deal.deal_no,
        "owner": _contact(house, deal.owner),
        "customer": deal.customer,
        "amount": f"{deal.amount_fen // 100}.{deal.amount_fen % 100:02d}",
        "signed_on": deal.signed_on.isoformat(),
        "status": _STATUS[deal.status],
        "cancelled_on": deal.cancelled_on.isoformat() if deal.cancelled_on else "",
    }
    return _row(house, form, values, deal)


def _rating(house: House, form: CrmForm, rating: Rating) -> Json:
    values = {
        "owner": _contact(house, rating.owner),
        "customer": rating.customer,
        "score": str(rating.score),
        "rated_on": rating.rated_on.isoformat(),
    }
    return _row(house, form, values, rating)


def _customers(house: House, a: Args) -> Json:
    """官方客户对象:这家公司没有用,给空页。"""
    return {"result": {"values": [], "maxResults": a.get("maxResults", 20)}}


ENDPOINTS = (
    Endpoint(
        "POST",
        "/v1.0/crm/customObjects/datas/query",
        _query,
        (
            must("name"),
            may("currentOperatorUserId"),
            must("maxResults", "int", least=1),
            may("nextToken"),
            may("queryDsl"),
        ),
    ),
    Endpoint(
        "POST",
        "/v1.0/crm/customerInstances",
        _customers,
        (may("objectType"), may("operatorUserId"), may("nextToken"), may("maxResults", "int", most=100, least=1)),
    ),
)
