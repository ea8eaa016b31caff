"""课程卡片 course:一门课的时间、地点、余位,和这个人现在的状态;报名、取消都在这张卡上。"""

from __future__ import annotations

from bot.cards.content import Ask, Button, CardContent, Face, write
from bot.markup import plain
from handlers.cards import CardRef
from handlers.training import CourseView, Enrol, one_course


def render(ref: CardRef, ask: Ask) -> CardContent:
    """这张卡现在的样子。"""
    return write(_face(ask(one_course, Enrol(ref.subject_id))))


def _face(view: CourseView) -> Face:
    state, tone, body = _state(view)
    return Face(
        title=f"培训:{view.name}",
        state=state,
        tone=tone,
        body=body,
        fields=(
            ("时间", view.when),
            ("地点", view.place),
            ("讲师", view.teacher),
            ("名额", f"共 {view.seats} 个,余 {view.left} 个" + (f",候补 {view.waiting} 人" if view.waiting else "")),
            ("取消期限", view.cancel_until),
        ),
        path=f"/m/training/{view.course_id}",
        link_text="查看课程",
        note=view.note,
        buttons=_buttons(view),
    )


def _state(view: CourseView) -> tuple[str, str, str]:
    name = plain(view.name, 60)
    if view.mine == "enrolled":
        return "已报名", "good", f"您已报名《{name}》,请按时参加。"
    if view.mine == "waiting":
        return f"候补第 {view.position} 位", "wait", "有位子空出来会按先后自动递补,并告诉您。"
    if not view.open:
        return "已开课", "mute", "这门课已经开课,不能再报名。您可以说“有什么培训”看看后面的课。"
    if view.left:
        return "可报名", "info", f"请您核对,点**报名**后为您占一个名额:《{name}》。"
    return "已报满", "wait", "名额已满,点**排候补**后,有位子空出来会自动递补。"


def _buttons(view: CourseView) -> tuple[Button, ...]:
    if not view.open:
        return ()
    if view.mine:
        return (Button("取消报名" if view.mine == "enrolled" else "退出候补", "course.cancel", "danger"),)
    return (Button("报名" if view.left else "排候补", "course.enrol", "primary"),)
