"""意图 intents:先看写明的规则,再看模型;够不上的算 none。

概念词与规则的意见都是模型的特征。凡是会提出改动的意图(请假、取消、报名、调目标),句子里必须真有那个由头。
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from bot.understand.model import INTENTS, Model, grams, shipped

_CONCEPTS: dict[str, str] = {
    "leave": r"T|请假|假期|休假|假条|假单|请[^,]{0,6}假|年休|的假|休息|补假|[有个天批销退掉撤把还请休]假|假[批单期]|^假",
    "ask": r"请|休(?!息室)|歇|想用|补|申请|提交|帮我提|帮我弄|登记",
    "absent": r"不来|来不了|去不了|不去(?:公司|上班)|不能(?:来|去|上班)|不上班|晚到|晚来|晚点到|早走|先走|早退|早点走|不在公司|离开|缺勤|上不了班|起不来|去不成|过不去|到不了|不到岗|不进公司|off",
    "left": r"还剩|剩下?|余额|还有(?:几|多少|没|哪|什么|T|假|N)|额度|够不够|够用|够请|够吗|还能[休请用]|还可以[休请]|可[用休]|没休|没用完|用掉|用了|用完|已经?[休请]|请过|休过|休了几|总共|一共|过期|到期|清零|有效期|结转|作废的?有|明细|台账|攒了",
    "cancel": r"取消|撤销|撤回|撤[了掉单一]|撤下来|销(?:个|掉|一下|T)?(?:假|T)|销假|不请|不休|作废|删掉|退掉|退回|收回|不要了|反悔|算了|不用请|提前(?:回|返|结束|销|上班)|照常上班|cancel|缩短|别请|当我没",
    "status": r"批了|批下来|没批|批没|通过|进度|到哪|状态|审批[^,]{0,2}(?:了吗|没有|完)|审核|同意了|同意我|拒绝|被拒|驳回|提交成功|提交了没|催|流程|卡在|谁批|谁在审|结果|有消息|生效|下来了?[吗没]",
    "att": r"考勤|打卡|打上卡|打的卡|打没打|(?<!推)迟到|早退|缺卡|漏打|忘打|工时|出勤|旷工|全勤|加班(?!费|工资)|几点(?:到|下班|来|走)|上了?多少小时班|几天班|异常|上下班|卡打",
    "pay": r"工资|薪|实发|应发|到手|奖金|提成|社保|公积金|五险|个税|所得税|税|扣款|扣钱|扣了|年终奖|收入|补贴|津贴|餐补|加班费|底薪|发了多少|拿多少钱|挣|payslip|全勤奖|补发|少发|钱",
    "why": r"为什么|为啥|为何|怎么算|咋算|怎么计算|如何计算|怎么扣|怎么少|咋少|怎么变|怎么来|怎么没了|依据|怎么回事|凭什么|解释|说明|差在哪|差异|不一样|计算方法|怎么得出|怎么定|算错|不对|对不上|影响|按几倍|基数|构成的|来的|对应|怎么这么|怎么才|咋回事|少了|变少|变低|怎么多",
    "perf": r"绩效|考核|评分|打分|得分|评语|评价|kpi|okr|业绩|完成率|完成度|满意度|等级|评级|排名|目标|指标|打[cCdDbB]",
    "goal": r"目标|指标|任务量?|kpi|okr|target",
    "adjust": r"调|改|下调|上调|降|提高|提到|设定|定个|重新定|分配|分解|下达|减|加到|加点|修改|变更|减一减|拆|重新分|定得|定低|定高",
    "protest": r"申诉|异议|不服|不公|不认可|不认|不同意|不接受|不合理|反馈|回复|复核|复评|复议|重新评|重新打分|打低|太低了|偏低|不符合事实|不属实|说法|appeal|feedback|没有意见|认可|意见|漏算|没算进",
    "approve": r"审批|待批|待审|待办|要批|我批|来批|批一下|批准|批了吧|签字|我签|待处理|需要我处理|等我处理|没批|没审|同意P|通过P|驳回P|拒绝P|把P[^,]*批|approve|轮到我|等着我",
    "mine": r"我的|待我|要我|等我|给我|我手上|我名下|我报|我这",
    "train": r"培训|课|讲座|学习|讲师|训练营|学分|学时|证书|研讨|沙龙|进修|必修|选修",
    "enroll": r"报名|报[上个一第这]|帮我报|我报|要报|参加|占个名额|留个位置|预约|候补|加入|名单|我选|我要[学听上]|我想上",
    "study": r"学到|学完|没学|学了|进度|我报了|报名的课|参加了哪|证书|成绩|过了吗|学分|学时|继续学|我的课|我的培训|我的学|候补上|报上了|报名成功|报名状态|完成了|没完成|未完成|记录|退课|取消报名|不参加",
    "interview": r"面试|测评|interview|竞聘",
    "human": r"人工|真人|找人|hr|人事|人力|客服|负责人|管理员|投诉|机器人|换人|找个人|human|agent|联系P|薪酬专员|找[^,]{0,6}(?:同事|专员|的人)",
    "help": r"帮助|你会|会什么|能做什么|能干|功能|怎么用|使用|指南|教程|菜单|指令|命令|你是谁|你是干|介绍(?:一下)?你|help|支持|例子|示例|例句|不会用|怎么玩|指引|说明书|入门|怎么弄|怎么操作",
    "how": r"怎么(?:请|看|查|报|撤|销|申|补|用|提|操作|说|打)|如何|在哪|哪里|怎么才能",
    "query": r"查|看|多少|几[天次回个点分]|有没有|吗|哪|什么|谁|呢|是不是|\?",
    "policy": r"规定|制度|政策|标准|证明|可以折现|折现|能休多久|多久|几天(?:假)?$|包括哪些|提前几天|流程是|条件|谁能休|有哪些亲属|算工龄",
    "neg": r"没请|不请|不想请|别给|没有请|没休|不是我",
    "work": r"开会|会议|客户|项目|报告|出差|上线|交付|方案|报销|发票|机票|酒店|代码|快递|提醒|日程|闹钟|团建|聚餐|吃",
}


@cache
def _concepts() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(pattern) for name, pattern in _CONCEPTS.items()}


@cache
def _anchors() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(pattern) for name, pattern in _ANCHORS.items()}


_ANCHORS: dict[str, str] = {
    "leave.request": r"T|假|休|请N|请D|请H|歇|不来|来不了|去不了|不能[来去上]|不上班|晚到|晚来|晚点到|早走|先走|早退|off|改[成到][DTH]|换成|不去公司|不在|缺勤|上不了班|不舒服|过不去|到不了|奔丧|去世|走了",
    "leave.cancel": r"取消|撤|销|不请|不休|作废|删|退|收回|不要|反悔|算了|提前|上班|cancel|缩短|别请|没请|只休|别提交|不用",
    "goal.adjust": r"目标|指标|任务|kpi|okr|target|goal|业绩要求",
    "training.enroll": r"报|参加|名额|位置|候补|名单|sign|enroll|join|课|培训|讲座",
}


@dataclass(frozen=True, slots=True)
class Guess:
    """一次判断:意图、把握(0–1)、次选。`ruled` 说明是规则定的。"""

    intent: str
    confidence: float
    runners: tuple[tuple[str, float], ...] = ()
    ruled: bool = False


_NONE_RULE = 4.0
"""规则说打不着的,none 的分乘这么多:宁可少提一次改动。"""


def concepts_in(masked: str) -> frozenset[str]:
    """句子里有哪些概念词。"""
    return frozenset(name for name, pattern in _concepts().items() if pattern.search(masked))


def guess(masked: str, rule: str | None = None, model: Model | None = None) -> Guess:
    """模型的判断(`rule` 为规则的意见):够不上由头的候选跳过,都够不上为 none。"""
    scores = (model or shipped()).scores(grams(masked, concepts_in(masked), rule))
    if rule == "none":
        scores[-1] *= _NONE_RULE
    ranked = sorted(zip(INTENTS, scores, strict=True), key=lambda item: -item[1])
    runners = tuple(ranked[:3])
    for intent, score in ranked[:4]:
        if intent in ("none", rule) or intent not in _ANCHORS or _anchors()[intent].search(masked):
            return Guess(intent, score, runners)
    return Guess("none", ranked[0][1], runners)
