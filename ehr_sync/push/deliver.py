"""投递 deliver:发件箱里的一封 → 送到(Delivered)、过会儿再来(Retry)、送不了(Dead)。

不抛 DingTalkError:每一种失败都变成三种结果之一,原因写给 HR 看。可以重复投:卡片按 outTrackId、
写回按 approveId、工作通知按内容去重;单聊消息没有去重的办法,只在确知没送出时才在同一次里重发。
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from ehr_sync.dingtalk.client import DingTalk
from ehr_sync.dingtalk.errors import QUOTA, DingTalkError, Verdict
from ehr_sync.dingtalk.limits import Level, Weight, allows
from ehr_sync.push import approvals, cards
from ehr_sync.push.approvals import WriteBack
from ehr_sync.push.cards import Card
from ehr_sync.push.messages import ActionCard, Link, Links, Markdown, Sent, send_group, send_notice, send_people

FIRST = timedelta(seconds=5)
LAST = timedelta(minutes=15)
ASKED = timedelta(minutes=30)
"""要人去处理的(权限、密钥):半小时看一次。"""
SAVED = timedelta(hours=6)
"""额度不够而留下的:六小时看一次。"""


@dataclass(frozen=True, slots=True)
class Delivered:
    """送到了;`note` 说明特别之处(例如为省额度没有更新)。"""

    note: str = ""


@dataclass(frozen=True, slots=True)
class Retry:
    """没送到,过 `after` 再来。"""

    after: timedelta
    reason: str


@dataclass(frozen=True, slots=True)
class Dead:
    """送不了:原因给 HR 看。"""

    reason: str


Result = Delivered | Retry | Dead
Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """一封发件:种类、内容、已经试过几次。"""

    kind: str
    payload: Payload
    attempts: int = 0


class BadPayload(ValueError):
    """内容不成样子(程序写错了):进死信。"""


class Deliverer:
    """投递:`template_id` 空就发 ActionCard;`links` 把 /m/… 变成完整网址;`today` 是上海的今天。"""

    def __init__(self, ding: DingTalk, template_id: str, links: Links, today: Callable[[], date]) -> None:
        self._ding = ding
        self._template = template_id
        self._links = links
        self._today = today
        self._kinds: Mapping[str, Callable[[Payload], Result]] = {
            "card.create": self._create_card,
            "card.update": self._update_card,
            "notice": self._notice,
            "say": self._say,
            "leave.writeback": self._write_back,
            "leave.unwrite": self._unwrite,
        }

    def deliver(self, row: Row) -> Result:
        """送一封。"""
        kind = self._kinds.get(row.kind)
        if kind is None:
            return Dead(f"不认得的发件种类“{row.kind}”,请告诉管理员。")
        saved = self._saved(row)
        if saved is not None:
            return saved
        try:
            return kind(row.payload)
        except DingTalkError as error:
            return after_error(error, row.attempts)
        except BadPayload as problem:
            return Dead(f"发件内容不完整({problem}),请告诉管理员。")

    def _saved(self, row: Row) -> Result | None:
        """额度不够时按次序省:进度先不发,更新随后,别的留着,审批与写回照发。"""
        weight = _weight(row)
        if weight is Weight.APPROVAL:
            return None
        level = self._ding.budget.level()
        if row.kind == "card.update" and weight is Weight.ANSWER and level >= Level.LINKS:
            return Delivered("本月额度紧,卡片没有更新;打开小程序可以看到。")
        if allows(level, weight):
            return None
        if weight is Weight.PROGRESS:
            return Delivered("本月额度紧,进度没有发;打开小程序可以看到。")
        return Retry(SAVED, "本月钉钉额度快用完,先只发审批;这一封留着稍后再发。")

    def _create_card(self, payload: Payload) -> Result:
        card = _card(payload)
        if not self._template:
            return self._send_plain(card)
        linked = replace(card, params=self._linked(card.params), private=self._linked_all(card.private))
        landed = cards.create(self._ding, self._template, linked)
        return Delivered() if landed.ok else Dead(f"卡片没有投放成功:{landed.reason}")

    def _update_card(self, payload: Payload) -> Result:
        private = _private(payload)
        params = _params(payload.get("params"))
        if self._template:
            track = _text(payload, "out_track_id")
            try:
                cards.update(self._ding, track, self._linked(params), self._linked_all(private))
            except DingTalkError as error:
                if not _no_such_card(error) or not payload.get("to"):
                    raise
                return self._never_sent(payload, params)
            return Delivered()
        if not payload.get("to"):
            return Delivered("没有卡片模板,不能在原处更新。")
        return self._send_plain(_card(payload))

    def _never_sent(self, payload: Payload, params: cards.Params) -> Result:
        """要更新的卡还没投过(申请是在小程序里提的):照现在的样子投一张,本人才知道办到哪里;作废的草稿不投。"""
        if params.get("tone") == "mute":
            return Delivered("这张卡没有投放过,不用更新。")
        return self._create_card(payload)

    def _send_plain(self, card: Card) -> Result:
        """没有模板:内容发成带链接的消息。"""
        message = cards.as_action_card(card, self._links)
        if card.group:
            send_group(self._ding, card.to, message)
            return Delivered("没有卡片模板,发成了链接。")
        return _landed(send_people(self._ding, [card.to], message), "没有卡片模板,发成了链接。")

    def _notice(self, payload: Payload) -> Result:
        to = payload.get("to")
        if not isinstance(to, list | tuple) or not to:
            return Delivered("没有收件人。")
        title, text = _text(payload, "title"), _text(payload, "text")
        message: ActionCard | Markdown = Markdown(title, text)
        if payload.get("link"):
            message = ActionCard(title, f"### {title}\n\n{text}", (self._button(payload),))
        tasks = send_notice(self._ding, [str(userid) for userid in dict.fromkeys(to)], message)
        return Delivered(f"task {','.join(tasks)}")

    def _say(self, payload: Payload) -> Result:
        title, text = _text(payload, "title"), _text(payload, "markdown")
        message: ActionCard | Markdown = Markdown(title, text)
        if payload.get("link"):
            message = ActionCard(title, f"### {title}\n\n{text}", (self._button(payload),))
        return _landed(send_people(self._ding, [_text(payload, "to")], message))

    def _write_back(self, payload: Payload) -> Result:
        leave = self._leave(payload)
        if approvals.too_early(leave, self._today()):
            return Dead(
                f"这次{leave.type_label}从 {leave.start} 开始,已早于 31 天前,钉钉不再接受写回;请 HR 在钉钉考勤后台手工登记。"
            )
        before = payload.get("was_to")
        if isinstance(before, str) and before:
            gone = approvals.leftovers(replace(leave, end=before), leave)
            approvals.unwrite(self._ding, leave.userid, gone)
        approvals.write(self._ding, leave)
        return Delivered()

    def _unwrite(self, payload: Payload) -> Result:
        leave = self._leave(payload)
        ids = [part.approve_id for part in approvals.parts_of(leave)]
        try:
            approvals.unwrite(self._ding, leave.userid, ids)
        except DingTalkError as error:
            if error.verdict is Verdict.GIVE_UP:
                return Dead(
                    f"撤回 {leave.start} 至 {leave.end} 的{leave.type_label}没有成功({error.answer});请 HR 在钉钉考勤后台撤销这张单。"
                )
            raise
        return Delivered()

    def _leave(self, payload: Payload) -> WriteBack:
        unit = _text(payload, "unit")
        if unit not in ("day", "halfDay", "hour"):
            raise BadPayload(f"不认得的单位“{unit}”")
        return WriteBack(
            _text(payload, "userid"),
            _text(payload, "approve_id"),
            _text(payload, "type_label"),
            str(payload.get("leave_code") or ""),
            unit,
            _text(payload, "from"),
            _text(payload, "to"),
            self._links.absolute(str(payload.get("jump_url") or "")),
            bool(payload.get("natural")),
        )

    def _button(self, payload: Payload) -> Link:
        return Link(str(payload.get("link_text") or "查看"), self._links.absolute(str(payload["link"])))

    def _linked(self, params: cards.Params) -> dict[str, str]:
        return {k: self._links.absolute(v) if k == "link_url" and v else v for k, v in params.items()}

    def _linked_all(self, private: Mapping[str, cards.Params]) -> dict[str, cards.Params]:
        return {userid: self._linked(params) for userid, params in private.items()}


def after_error(error: DingTalkError, attempts: int) -> Result:
    """一种失败 → 怎么办:能再试的退避着再来,要人处理的半小时看一次,别的进死信。"""
    reason = f"{error.say}({error.answer or error.code})"
    if error.code == QUOTA.code:
        return Retry(SAVED, reason)
    if error.verdict is Verdict.ASK:
        return Retry(ASKED, reason)
    if error.verdict is Verdict.GIVE_UP:
        return Dead(f"{reason} {error.details.get('message', '')}".strip())
    backoff = min(LAST, FIRST * (1 << min(attempts, 10)))
    return Retry(max(backoff, timedelta(seconds=error.retry_after or 0)), reason)


def _no_such_card(error: DingTalkError) -> bool:
    """钉钉说没有这张卡。"""
    return "cardnotexist" in error.answer.lower() or "outtrackid" in error.answer.lower()


def _landed(sent: Sent, note: str = "") -> Result:
    if sent.slowed:
        return Retry(timedelta(minutes=1), "钉钉对这个人限流,一分钟后再发。")
    if sent.unknown:
        return Dead(f"钉钉里找不到收件人 {'、'.join(sent.unknown)},请核对是否已离职。")
    if sent.filtered:
        return Dead(f"收件人 {'、'.join(sent.filtered)} 收不到机器人消息(可能屏蔽了机器人)。")
    return Delivered(note)


def _weight(row: Row) -> Weight:
    if row.kind.startswith("leave."):
        return Weight.APPROVAL
    try:
        return Weight(str(row.payload.get("weight") or Weight.ANSWER))
    except ValueError:
        return Weight.ANSWER


def _card(payload: Payload) -> Card:
    place = payload.get("conversation")
    group = isinstance(place, dict) and str(place.get("type")) == "2"
    to = str(place["id"]) if isinstance(place, dict) and group and place.get("id") else _text(payload, "to")
    track = _text(payload, "out_track_id")
    return Card(track, to, _params(payload.get("params")), _private(payload), group)


def _private(payload: Payload) -> dict[str, cards.Params]:
    private = payload.get("private") or {}
    if not isinstance(private, dict):
        raise BadPayload("private 不是对象")
    return {str(userid): _params(params) for userid, params in private.items()}


def _params(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
        raise BadPayload("卡片变量必须都是文字")
    return {str(k): v for k, v in value.items()}


def _text(payload: Payload, key: str) -> str:
    value = payload.get(key)
    if not isinstance(value, str) or not value:
        raise BadPayload(f"缺少 {key}")
    return value
