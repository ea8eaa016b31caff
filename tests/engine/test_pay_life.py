"""发薪的一生:哪一步之后能走哪一步、走不了说什么、四只眼、一条命令连走几步;预期是照制度手写的。"""

from __future__ import annotations

import pytest

from engine.errors import NotAllowed, RuleBroken
from engine.pay_life import CHECKING, MAKING, State, Step, after, check_eyes, steps_to

WAYS: dict[str, dict[str, str]] = {
    "draft": {"prepare": "prepared", "hold": "draft", "release": "draft", "extra": "draft"},
    "prepared": {
        "prepare": "prepared", "lock": "locked", "hold": "prepared", "release": "prepared", "rerun": "prepared", "extra": "prepared",
    },
    "locked": {"prepare": "prepared", "compute": "computed", "back": "prepared", "hold": "locked", "release": "locked", "rerun": "locked"},
    "computed": {
        "prepare": "prepared", "review": "reviewed", "back": "prepared", "hold": "computed", "release": "computed", "rerun": "computed",
    },
    "reviewed": {"approve": "approved", "back": "prepared", "hold": "reviewed"},
    "approved": {"publish": "published", "back": "prepared", "hold": "approved"},
    "published": {"archive": "archived"},
    "archived": {},
}  # fmt: skip
"""走到哪里 → 走哪一步 → 走到哪里;没有写的都走不了。"""


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", Step)
def test_only_the_listed_steps_lead_on(state: State, step: Step) -> None:
    where = WAYS[state].get(step)
    if where is not None:
        assert after(state, step) is State(where)
        return
    with pytest.raises(RuleBroken) as broken:
        after(state, step)
    assert broken.value.code == ("ALREADY_PUBLISHED" if state in ("published", "archived") else "WRONG_STEP")


def test_what_cannot_be_done_says_what_can() -> None:
    with pytest.raises(RuleBroken) as locked:
        after("locked", Step.PUBLISH)
    assert locked.value.say == "这一期已锁定,待计算,现在不能发布。接下来可以:准备、计算。"
    assert locked.value.details == {"state": "locked", "step": "publish"}
    with pytest.raises(RuleBroken) as done:
        after("published", Step.BACK)
    assert done.value.say == "这一期已经发布,不能再改。之后的更正会在下一期里补一行差额。"


@pytest.mark.parametrize("step", Step)
def test_who_made_the_figures_does_not_pass_them(step: Step) -> None:
    """复核、审批、发布之外的步,经手的人都可以走;没有经手的人什么都可以走。"""
    check_eyes(step, "other", {"maker"})
    if step not in ("review", "approve", "publish"):
        check_eyes(step, "maker", {"maker"})
        return
    with pytest.raises(NotAllowed) as eyes:
        check_eyes(step, "maker", {"maker"})
    assert (eyes.value.code, eyes.value.say) == ("FOUR_EYES", "计算和发布要由两个人来做。请另一位薪酬专员核对后发布。")


def test_no_step_both_makes_and_checks() -> None:
    assert not MAKING & CHECKING


@pytest.mark.parametrize(
    ("state", "step", "want"),
    [
        ("draft", Step.COMPUTE, ["prepare", "lock", "compute"]),
        ("prepared", Step.COMPUTE, ["lock", "compute"]),
        ("locked", Step.COMPUTE, ["compute"]),
        ("computed", Step.PUBLISH, ["review", "approve", "publish"]),
        ("computed", Step.COMPUTE, []),
        ("draft", Step.PREPARE, ["prepare"]),
        ("prepared", Step.PREPARE, []),
        ("approved", Step.ARCHIVE, ["publish", "archive"]),
    ],
)
def test_one_command_may_walk_several_steps(state: str, step: Step, want: list[str]) -> None:
    assert [str(s) for s in steps_to(state, step)] == want
