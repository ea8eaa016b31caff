"""转人工 handoff:原话交给 HR,告诉本人交给了谁;HR 在网页里答复,答复回到聊天里。"""

from __future__ import annotations

import re

import pytest

from tests.e2e.telling import ask_one, words
from tests.harness.house import House


def test_hr_answers_and_the_answer_comes_back_to_the_chat(story: House) -> None:
    seen = story.sandbox.seq("zhaohui")
    told = words(ask_one(story, "mahui", "转人工"))
    assert "赵慧" in told and "吴静" in told
    notice = story.sandbox.wait_for("zhaohui", lambda m: "马辉" in words(m), conversation="notices", after=seen)
    path = str(notice["link"]).partition("to=")[2]
    http = story.page("zhaohui").http
    page = http.get(path)
    assert page.status_code == 200 and "马辉" in page.text
    form = {name: re.search(rf'name="{name}" value="([^"]+)"', page.text) for name in ("csrf", "key")}
    before = story.sandbox.seq("mahui")
    body = {name: found.group(1) for name, found in form.items() if found} | {"answer": "明天上午十点来找我"}
    assert http.post(path, data=body).status_code == 303
    assert http.post(path, data=body).status_code == 303, "同一张表单再交一次"
    answer = story.sandbox.wait_for("mahui", lambda m: "明天上午十点来找我" in words(m), after=before, timeout=20)
    assert "赵慧" in words(answer)
    story.settle()
    said = [m for m in story.sandbox.messages("mahui", after=before) if "明天上午十点来找我" in words(m)]
    assert len(said) == 1, "答复只说一次"
    assert story.page("liming").http.get(path).status_code == 403


@pytest.mark.parametrize("text", ["我想开始面试", "我的课学到哪了", "我要投诉绩效评分不公平"])
def test_what_comes_later_is_handed_to_hr(story: House, text: str) -> None:
    seen = story.sandbox.seq("wujing")
    assert "已转给" in words(ask_one(story, "qianlong", text))
    notice = story.sandbox.wait_for("wujing", lambda m: "钱龙" in words(m), conversation="notices", after=seen)
    assert text in words(notice)
