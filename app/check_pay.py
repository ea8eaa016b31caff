"""检查里的工资 check pay:试算见到扣款与缘由,十月的奖金一路打开到成交单,十一月由两个人算、发。

金额只在小程序里看;聊天里的解释不带金额,链接打开那一行的“怎么算的”。
"""

from __future__ import annotations

from typing import Any

from app.check_street import Message, StepFailed, Street, no_money, until, words_of

SLIP = "/api/v1/payslips/{month}"
LINE = "/api/v1/payslips/{month}/{code}"
RUNS = "/api/v1/payroll"
PUBLISH = "/api/v1/payroll/{run}/publish"
VERIFY = "/api/v1/payroll/{run}/verify"

DEDUCTION, BONUS = "-229.89", "1100.00"  # 基本工资 10,000 的半天事假;文章里的绩效奖金
NEW_MONTH = "2026-12-01T09:30:00+08:00"


def november_preview(street: Street) -> str:
    """十一月的试算里有半天事假的扣款,并且说得出缘由。"""
    return until(30, lambda: _preview(street))


def _preview(street: Street) -> str:
    slip = street.page("liming", "GET", SLIP.format(month="2026-11"))
    if slip["state"] != "preview":
        raise StepFailed(f"十一月应当是试算,看到的是 {slip['state_words']}")
    line = _line(slip, DEDUCTION)
    how = street.page("liming", "GET", LINE.format(month="2026-11", code=line["code"]))
    if not any(item["kind"] == "leave" for item in how["evidence"]):
        raise StepFailed(f"扣款没有指到请假单:{str(how)[:300]}")
    return f"{line['label']} {line['amount']},缘由:{line['words']}"


def october_bonus(street: Street) -> str:
    """十月已发的工资条:绩效奖金 1,100.00,打开到成交单与客户评分。"""
    slip = street.page("liming", "GET", SLIP.format(month="2026-10"))
    if slip["state"] != "published":
        raise StepFailed(f"十月应当已经发布,看到的是 {slip['state_words']}")
    line = _line(slip, BONUS)
    how = street.page("liming", "GET", LINE.format(month="2026-10", code=line["code"]))
    kinds = [item["kind"] for item in how["evidence"]]
    deals, ratings = kinds.count("deal"), kinds.count("rating")
    if deals < 4 or ratings < 20:
        raise StepFailed(f"奖金应当指到至少 4 张成交单和 20 个评分,看到 {deals} 和 {ratings}")
    return f"{line['label']} {line['amount']},来自 {deals} 张成交单与 {ratings} 个评分"


def _line(slip: dict[str, Any], amount: str) -> dict[str, Any]:
    for line in slip["lines"]:
        if line["amount"] == amount:
            return dict(line)
    seen = "、".join(f"{line['label']} {line['amount']}" for line in slip["lines"])
    raise StepFailed(f"{slip['month_label']}的工资条上没有 {amount} 这一行;有:{seen}")


def ask_why(street: Street) -> str:
    """聊天里问为什么:说得出缘由与链接,不带金额。"""
    before = street.say("liming", "为什么这个月扣钱了")
    message = street.wait("liming", before, _tells_why, "为什么的解释")
    no_money(message)
    return "机器人说了缘由,给了链接,不带金额"


def _tells_why(message: Message) -> bool:
    return "事假" in words_of(message) and "/m/" in str(message)


def turn_the_clock(street: Street) -> str:
    """把沙箱的时钟拨到十二月一日,经过的日子由作业补齐。"""
    now = street.call("PUT", "clock", json={"now": NEW_MONTH})["now"]
    return f"现在是 {now[:16].replace('T', ' ')}"


def compute_november(street: Street) -> str:
    """陈静算十一月:先是草稿,缺的日子补齐之后没有缺。"""
    return until(120, lambda: _compute(street))


def _compute(street: Street) -> str:
    run = street.page("chenjing", "POST", RUNS, {"month": "2026-11"})
    street.seen["run"] = run
    if run["missing_days"]:
        raise StepFailed(f"十一月还缺 {len(run['missing_days'])} 天的考勤:{run['missing_days'][:3]}")
    if run["failures"]:
        raise StepFailed(f"有 {len(run['failures'])} 个人没有算成:{run['failures'][:2]}")
    return f"算了 {run['people']} 个人,{run['state_label']},例外 {len(run['exceptions'])} 条"


def publish_november(street: Street) -> str:
    """算的人自己发不了;孙丽发布,李明收到不带金额的通知,工资条上扣款仍在、没有多出旷工。"""
    path, body = _publication(street)
    try:
        street.page("chenjing", "POST", path, body)
    except StepFailed:
        pass
    else:
        raise StepFailed("算薪的人自己也发布成了,应当要另一个人")
    before = street.latest("liming")
    until(60, lambda: _publish(street))
    message = street.wait("liming", before, lambda one: "工资" in words_of(one), "工资条已发布的通知", "notices")
    no_money(message)
    slip = street.page("liming", "GET", SLIP.format(month="2026-11"))
    if slip["state"] != "published":
        raise StepFailed(f"发布之后工资条仍是 {slip['state_words']}")
    if any(line["code"] == "absence" for line in slip["lines"]):
        raise StepFailed("李明天天出勤,十一月的工资条上却有旷工")
    return f"孙丽发布,李明收到通知;{_line(slip, DEDUCTION)['label']}与试算一致"


def _publication(street: Street) -> tuple[str, dict[str, str]]:
    run = street.seen["run"]
    return PUBLISH.format(run=run["run_id"]), {"seen_hash": run["input_hash"]}


def _publish(street: Street) -> str:
    """发布;算过之后又读到了新的事实,系统要求重算,就照它说的重算一遍再发。"""
    path, body = _publication(street)
    try:
        return str(street.page("sunli", "POST", path, body)["state"])
    except StepFailed as problem:
        if "INPUTS_CHANGED" in problem.say:
            _compute(street)
        raise


def verify_november(street: Street) -> str:
    """审计由冻结的输入重算一遍,逐人逐分一致。"""
    run = street.seen["run"]
    problems = street.page("zhoujun", "GET", VERIFY.format(run=run["run_id"]))
    if problems:
        raise StepFailed(f"有 {len(problems)} 处与重算不一致:{problems[:3]}")
    return f"{run['people']} 张工资条与重算逐分一致"
