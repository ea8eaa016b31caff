"""字段对应 crm_mapping:每家公司的签单、满意度对象叫什么、各字段的 fieldId 是什么,读成 CrmForm。

文件(YAML 或 JSON 读成的对象)的样子:
    deal:
      name: PROC-…            # 表单码
      fields: {owner: InnerContactField-…, customer: …, amount: MoneyField-…, signed_on: …, status: …}
      words: {已成交: signed, 已退单: cancelled}    # 可缺:对方的状态写法
    satisfaction:
      name: PROC-…
      fields: {owner: …, score: NumberField-…, rated_on: DDDateField-…}
      full_score: 100         # 可缺:满分
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ehr_sync.pull.feed import CrmForm
from engine.errors import BadInput

NEEDED = {"deal": ("amount", "signed_on", "status"), "satisfaction": ("score", "rated_on")}
"""必须写明的字段;owner 没写就用记录的负责人,customer 可缺。"""
KNOWN = {"deal": {"owner", "customer", "deal_no", "cancelled_on"}, "satisfaction": {"owner", "customer"}}
STATES = ("signed", "cancelled", "open")
LABELS = {"deal": "签单", "satisfaction": "满意度"}


@dataclass(frozen=True, slots=True)
class Forms:
    """两个对象;没配的为 None(不拉)。"""

    deals: CrmForm | None
    ratings: CrmForm | None


def crm_forms(document: object) -> Forms:
    """读字段对应;缺了、写错了报 BadInput(CRM_MAPPING),说清改哪里。"""
    if not isinstance(document, Mapping):
        raise _wrong("整个文件应当是 deal、satisfaction 两段")
    unknown = sorted(set(map(str, document)) - set(NEEDED))
    if unknown:
        raise _wrong(f"不认得的段 {'、'.join(unknown)},只有 deal、satisfaction")
    return Forms(_form(document, "deal"), _form(document, "satisfaction"))


def _form(document: Mapping[Any, Any], kind: str) -> CrmForm | None:
    part = document.get(kind)
    if part is None:
        return None
    if not isinstance(part, Mapping):
        raise _wrong(f"{kind}({LABELS[kind]})应当有 name 与 fields")
    name, fields = part.get("name"), part.get("fields")
    if not isinstance(name, str) or not name:
        raise _wrong(f"{kind}.name 要写表单码,如 PROC-…")
    if not isinstance(fields, Mapping) or not all(isinstance(v, str) and v for v in fields.values()):
        raise _wrong(f"{kind}.fields 要写 逻辑名: fieldId")
    missing = [one for one in NEEDED[kind] if one not in fields]
    if missing:
        raise _wrong(f"{kind}.fields 缺 {'、'.join(missing)}")
    unknown = sorted(set(map(str, fields)) - KNOWN[kind] - set(NEEDED[kind]))
    if unknown:
        raise _wrong(f"{kind}.fields 里不认得 {'、'.join(unknown)}")
    return CrmForm(name, {str(k): v for k, v in fields.items()}, _words(part, kind), _full(part, kind))


def _words(part: Mapping[Any, Any], kind: str) -> dict[str, str]:
    words = part.get("words") or {}
    if not isinstance(words, Mapping) or not all(v in STATES for v in words.values()):
        raise _wrong(f"{kind}.words 的右边只能是 {'、'.join(STATES)}")
    return {str(k): str(v) for k, v in words.items()}


def _full(part: Mapping[Any, Any], kind: str) -> int:
    full = part.get("full_score", 100)
    if isinstance(full, bool) or not isinstance(full, int) or full <= 0:
        raise _wrong(f"{kind}.full_score 要写满分,如 100")
    return full


def _wrong(what: str) -> BadInput:
    return BadInput("CRM_MAPPING", f"客户管理的字段对应写得不对:{what}。请改好 EHR_CRM_MAPPING 指的文件再启动。")
