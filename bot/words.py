"""字眼 words:机器人说的话都在这里。用“您”,先说发生了什么,再说接下来怎么办;不怪人,不出现工资的金额。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

ASSISTANT = "人事助手"

# ------- 收到的不是一句能听的话

EMPTY = "我没有收到文字。您可以直接说要办的事,例如“明天下午请半天事假”,或回复“帮助”看看我能做什么。"
NO_WORDS = "收到。我只看得懂文字,您可以直接说要办的事,例如“年假还剩几天”,或回复“帮助”看看我能做什么。"
OTHER_KIND = "这种消息我还看不懂。请您用文字告诉我要办的事,例如“明天下午请半天事假”,或回复“帮助”。"
KINDS: Mapping[str, str] = {
    "audio": "这段语音没有识别出文字。请您再说一次,或改用文字,例如“年假还剩几天”。",
    "picture": "图片我收到了,但我还不会看图。请您用文字告诉我要办的事;假条等材料可以在小程序的请假详情里说明,原件交给 HR。",
    "file": "文件我收到了,但我还不会读文件。请您用文字告诉我要办的事;证明材料请交给 HR。",
    "video": "视频我收到了,但我还不会看视频。请您用文字告诉我要办的事,例如“明天下午请半天事假”。",
    "richText": "这条消息里没有文字。请您用文字告诉我要办的事,例如“明天下午请半天事假”。",
}
NO_STAFF = "我还不认识您:这条消息没有带上您在公司的账号。请联系 HR 确认您已加入公司通讯录,或在公司的钉钉里再发一次。"


def too_long(length: int, most: int) -> str:
    """太长。"""
    return f"这段话有 {length} 个字,我一次最多看 {most} 个字。请您缩短一些,一句说一件事,例如“明天下午请半天事假”。"


# ------- 群里

PRIVATE = "这件事请和我私聊,我在单聊里告诉您。"
GROUP_HELP = "在群里我只回答“培训”和“帮助”。请假、假期、考勤、绩效、工资这些个人的事,请点我的头像私聊。"

# ------- 听不懂、改主意

NOT_UNDERSTOOD = "这句话我没有完全听懂,没有办理任何事。您可以换个说法,也可以点下面的例子试试;要找同事请点“转人工”。"
WELCOME = "不客气。还有要办的事随时告诉我,或回复“帮助”看看我能做什么。"
MISTAKEN = "抱歉,我理解错了,已放下刚才那件事,没有办理。请您换个说法再告诉我一次,或点下面的例子;要找同事请点“转人工”。"
DROPPED = "好的,没有提交任何申请。需要时随时告诉我,例如“明天下午请半天事假”。"
DRAFT_DROPPED = "好的,刚才那份还没提交的申请已经作废,什么都没有占用。需要时随时再说。"
SUGGESTIONS = ("明天下午请半天事假", "年假还剩几天", "查工资条")
HUMAN = "转人工"


def unexpected(number: str) -> str:
    """程序错误。"""
    return f"很抱歉,这件事刚才没能办完,我已经记下(编号 {number}),会自动再试。如果几分钟后还没有答复,请回复“转人工”并告诉 HR 这个编号。"


# ------- 请假

ASK_BOTH = "请告诉我您想请哪种假、从哪一天开始,例如“明天下午请半天事假”。"
WHICH_CANCEL = "您有几份请假,请问要取消哪一份?点下面的按钮,或告诉我日期。"
NOTHING_TO_CANCEL = "没有找到可以取消的请假。您可以说“我的请假”看看最近的申请,或打开小程序查看。"
NO_LEAVES = "没有找到相应的请假申请。您可以直接说“明天下午请半天事假”来申请。"
CLOCK_BOTH = "请把起止的钟点都告诉我,例如“明天14:00到17:00请事假”。"


def ask_type(when: str) -> str:
    """缺假种。"""
    return f"{when}请假,请问您想请哪种假?点下面的按钮,或直接告诉我。"


def next_request(sentence: str) -> str:
    """一句里有几份请假:先办第一份。"""
    return f"您还提到了“{sentence}”。请先提交上面这一份,再点下面的按钮接着办。"


def balance_line(label: str, available: str, granted: str, used: str) -> str:
    """一种假的余额。"""
    return f"**{label}**:还可用 **{available}**(共 {granted},已用 {used})"


def no_account(label: str) -> str:
    """没有额度的假。"""
    return (
        f"{label}没有固定额度,按需要申请,由审批人同意即可;对工资的影响会写在申请卡片上。您可以直接说“明天请{label}”。"
    )


# ------- 工资、考勤、绩效

OTHERS_PAY = "工资属于个人隐私,我只能给您看您自己的,没有查询别人的。要看自己的可以说“查工资条”。"
PAY_LINK = "金额不在聊天里显示,点下面打开工资条查看(会再确认一次您的身份)。"
NOT_YOURS = "这是别人的信息,我没有查询。您可以问自己的;团队的情况请在小程序里查看。"

# ------- 卡片

GONE_CARD = "这张卡片已经对应不上了,没有办理。请您重新告诉我要办的事,或打开小程序查看。"
WRONG_CARD = "这个按钮和卡片对不上,没有办理。请您重新告诉我要办的事,或打开小程序查看。"
SLOW = "正在处理,好了会在这张卡片上更新,请您稍候,不用再点。"
SLOW_STATE = "正在处理"
PRESS_FAILED = "刚才这一下没有办成,已经记下并会再试。请稍后看这张卡片,或打开小程序办理。"

STATES_TONE: Mapping[str, str] = {
    "draft": "info",
    "pending": "wait",
    "approved": "good",
    "rejected": "bad",
    "withdrawn": "mute",
    "ended": "mute",
    "replaced": "mute",
}


def bullet(lines: Sequence[str]) -> str:
    """一条条列出。"""
    return "\n".join(f"- {line}" for line in lines)


def numbered(lines: Sequence[str]) -> str:
    """编号列出。"""
    return "\n".join(f"{n}. {line}" for n, line in enumerate(lines, 1))
