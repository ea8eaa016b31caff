"""两位经理同时改一个目标 two managers, one goal:一位存上,另一位看到是谁先改的、改成了什么,自己的没有保存。"""

from __future__ import annotations

from tests.e2e.telling import words
from tests.harness.house import House, together

MONTH = "2026-11"


def test_only_one_of_two_at_once_is_saved_and_the_other_is_told(story: House) -> None:
    rows = story.page("wangfang").get(f"/api/v1/goals/{MONTH}")
    mine = next(row for row in rows if row["name"] == "罗敏")
    code, revision = next((code, n) for code, n in mine["revisions"] if n)
    path = f"/api/v1/goals/{MONTH}/{mine['person_id']}/{code}"

    def change(value: str, reason: str) -> dict[str, object]:
        return {"value": value, "effective_on": "2026-11-23", "reason": reason, "seen_revision": revision}

    before = story.page("wangfang").post(f"{path}/preview", change("50000", "先看看"))
    assert before["old_value"] != before["new_value"] and before["old_score"] != before["new_score"]
    seen = story.sandbox.seq("luomin")
    answers = together(
        [
            lambda: story.page("wangfang").try_post(path, change("50000", "新人爬坡")),
            lambda: story.page("gaoyuan").try_post(path, change("70000", "市场回暖")),
        ]
    )
    assert sorted(status for status, _ in answers) == [200, 409]
    refused = next(body for status, body in answers if status == 409)
    assert refused["error"] == "GOAL_CHANGED"
    winner = "王芳" if answers[0][0] == 200 else "高远"
    assert winner in refused["say"] and "没有保存" in refused["say"]
    history = story.page("wangfang").get(path)
    assert [one["revision"] for one in history] == list(range(revision + 1, 0, -1))
    assert history[0]["set_by"] == winner
    told = story.sandbox.wait_for("luomin", lambda m: "目标" in words(m), after=seen)
    assert winner in words(told)


def test_nobody_sets_their_own_or_a_strangers_goal(story: House) -> None:
    rows = story.page("wangfang").get(f"/api/v1/goals/{MONTH}")
    mine = next(row for row in rows if row["name"] == "罗敏")
    code = next(code for code, n in mine["revisions"] if n)
    body = {"value": "1000", "effective_on": "2026-11-23", "reason": "不行", "seen_revision": 1}
    path = f"/api/v1/goals/{MONTH}/{mine['person_id']}/{code}"
    for userid in ("zhengkai", "luomin", "liming"):
        status, answer = story.page(userid).try_post(path, body)
        assert (status, "say" in answer) == (403, True), answer
    own = f"/api/v1/goals/{MONTH}/{story.person_id('wangfang')}/{code}"
    assert story.page("wangfang").try_post(own, body)[0] == 403
