"""培训意图 training:有哪些课、报名(按名字或第几门,给卡片点了才算)、我报了哪些;学习进度交给 HR。"""

from __future__ import annotations

import re

from rapidfuzz import fuzz, process

from bot.answers import Answer, Say
from bot.markup import plain
from bot.ports import Link, say_link
from bot.turn import Turn
from bot.understand import Also, Slots
from handlers import handoff
from handlers import training as use_cases
from handlers.dialogue import OpenMatter
from handlers.people import Nothing
from handlers.training import CourseView

NAME = "training.enroll"
TITLE = "培训"
MOST = 4
SURE, CLEAR = 60.0, 8.0
"""课名像到几分才算,第一名要比第二名多几分。"""
_ORDER = re.compile(r"第([一二三四五六七八九十两\d]{1,2})(?:个|门|项|节|号)?|^([一二三四五六七八九\d])(?:号|门|个)?$")
_DIGITS = {c: n for n, c in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
PLAIN = re.compile(r"^(?:我?[要想]?|帮我|请帮我)(?:取消)?报名")
"""说得直白的报名:课名再怪也听得出。"""
_FILLER = re.compile(
    r"帮我|我要|我想|想要|我|取消|报名|报|参加|一门|这门|那门|一个|课程|的课|课|培训|吧|请|《|》|[,。!?,.!?]"
)
_QUOTED = re.compile(r"《([^《》]{1,60})》")
_LEAVE = re.compile(r"取消|退课|退掉|退出|不参加|去不了|不上了")
_STUDY = re.compile(
    r"进度|学到|学完|学了|没学|学习|证书|成绩|学分|学时|考试|测验|测试|过了吗|完成|progress|certificate|还差|看到哪"
)


def courses(turn: Turn, wish: Also) -> list[Answer]:
    """可以报名的课。"""
    found = turn.ask(use_cases.courses, Nothing())
    if not found:
        return [Say("近期没有可以报名的培训。有新课程会通知您,也可以说“转人工”问问 HR。", TITLE, (_page(),))]
    lines = [f"{n}. {_line(view)}" for n, view in enumerate(found, 1)]
    buttons = [_enrol_link(v) for v in found if not v.mine][:MOST]
    text = "近期的培训:\n\n" + "\n".join(lines) + "\n\n想报名请点下面,或说“我要报名第几门”。"
    return [Say(text, TITLE, (*buttons, _page()))]


def enroll(turn: Turn, wish: Also) -> list[Answer]:
    """报名:认出是哪一门,给卡片;认不出就问。"""
    return _choose(turn, _named(turn, wish))


def resume(turn: Turn, matter: OpenMatter, wish: Also) -> list[Answer] | None:
    """问过哪一门之后的回答。"""
    if wish.intent not in ("none", NAME, "training.list"):
        return None
    found = turn.ask(use_cases.courses, Nothing())
    chosen = _match(found, _named(turn, wish))
    if chosen is None:
        return None
    turn.forget()
    return [turn.show("course", chosen.course_id)]


def progress(turn: Turn, wish: Also) -> list[Answer]:
    """我报的课;要取消的给卡片;问学习进度的交给 HR。"""
    mine = [view for view in turn.ask(use_cases.my_courses, Nothing()) if view.open]
    if _LEAVE.search(turn.text):
        return _leave(turn, mine)
    answers: list[Answer] = []
    if mine:
        lines = "\n".join(f"- {_line(view)}" for view in mine)
        answers.append(Say(f"您报名的培训:\n\n{lines}", TITLE, (_page(),)))
    if _STUDY.search(turn.text) or not mine:
        done = turn.do(handoff.hand_over, handoff.HandOver("training.progress", turn.text), "handoff")
        text = f"学习进度这里还查不到,已转给 {plain(done.given_to, 60)},原话一并转达,答复会回到这里。"
        answers.append(Say(text, TITLE, (_page(),)))
    return answers


def _leave(turn: Turn, mine: list[CourseView]) -> list[Answer]:
    if not mine:
        return [Say("您现在没有报名中的培训,没有需要取消的。可以说“有什么培训”看看近期的课。", TITLE, (_page(),))]
    chosen = mine[0] if len(mine) == 1 else _match(mine, _named(turn, Also("none", Slots(), "none")))
    if chosen is None:
        buttons = tuple(
            say_link(f"取消报名{plain(v.name, 20)}", f"取消报名《{plain(v.name, 40)}》这门课") for v in mine[:MOST]
        )
        return [Say("您报了几门课,请问要取消哪一门?", TITLE, buttons)]
    return [turn.show("course", chosen.course_id)]


def _choose(turn: Turn, text: str) -> list[Answer]:
    found = turn.ask(use_cases.courses, Nothing())
    chosen = _match(found, text)
    if chosen is not None:
        return [turn.show("course", chosen.course_id)]
    if not found:
        return courses(turn, Also("training.list", Slots(), "answer"))
    turn.keep(NAME, "course", {"text": text[:100]})
    buttons = tuple(_enrol_link(v) for v in found[:MOST])
    lines = "\n".join(f"{n}. {_line(view)}" for n, view in enumerate(found, 1))
    return [Say(f"请问您想报名哪一门?可以点下面,或告诉我第几门。\n\n{lines}", TITLE, (*buttons, _page()))]


def _named(turn: Turn, wish: Also) -> str:
    """说的是哪门课:书名号里的最准,其次听到的课名,再次整句。"""
    quoted = _QUOTED.search(turn.text)
    return quoted.group(1) if quoted else wish.slots.extra.get("course", "") or turn.text


def _match(found: list[CourseView], text: str) -> CourseView | None:
    """按“第几门”或名字认一门;认不准为 None。"""
    order = _ORDER.search(text.strip())
    if order is not None:
        word = order.group(1) or order.group(2)
        number = int(word) if word.isdigit() else _DIGITS.get(word, 0)
        return found[number - 1] if 0 < number <= len(found) else None
    core = _FILLER.sub("", text).strip()
    if len(core) < 2:
        return None
    scored = process.extract(core, [v.name for v in found], scorer=fuzz.partial_ratio, limit=2)
    if not scored or scored[0][1] < SURE:
        return None
    if len(scored) > 1 and scored[0][1] - scored[1][1] < CLEAR:
        return None
    return found[scored[0][2]]


def _line(view: CourseView) -> str:
    state = {"enrolled": "您已报名", "waiting": f"您在候补第 {view.position} 位"}.get(view.mine, "")
    left = f"余 {view.left} 个名额" if view.left else f"已报满,候补 {view.waiting} 人"
    return f"《{plain(view.name, 40)}》{view.when},{plain(view.place, 40)},{state or left}"


def _enrol_link(view: CourseView) -> Link:
    return say_link(f"报名{plain(view.name, 20)}", f"我要报名《{plain(view.name, 40)}》这门课")


def _page() -> Link:
    return Link("打开培训", "/m/training")
