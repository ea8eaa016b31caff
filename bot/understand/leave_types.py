"""假种 leave_types:说出的名字先算;没说名字时,理由只在合得上一种假时才算。

理由合得上几种(孩子发烧:育儿假、事假…)就留空,由回话去问。
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.understand.lazy import Lazy

CALENDAR_TYPES = frozenset({"marriage", "maternity", "paternity", "work_injury"})
"""按日历日数的假(其余按工作日)。"""

LABELS = {
    "annual": "年假",
    "personal": "事假",
    "sick": "病假",
    "marriage": "婚假",
    "maternity": "产假",
    "prenatal": "产检假",
    "nursing": "哺乳假",
    "paternity": "陪产假",
    "parental": "育儿假",
    "care": "护理假",
    "bereavement": "丧假",
    "comp": "调休",
    "work_injury": "工伤假",
}

_NAMED: tuple[tuple[str, str], ...] = (
    ("paternity", r"陪产护理假|陪产检?假|陪产(?!检)|侍产假|男方护理假|护产假|陪护产假"),
    ("prenatal", r"产检假|产前检查假|孕检假|产前假"),
    ("nursing", r"哺乳假|喂奶假|哺乳时间|哺乳期(?:的)?假|授乳假"),
    ("parental", r"育儿假|亲子假|带娃假"),
    (
        "care",
        r"独生子女(?:陪护|护理|照护)?假|(?:父母|老人|子女|住院|家属)(?:陪护|护理|照护|照顾)假|陪护假|照护假|照料假|侍亲假|护理假",
    ),
    ("maternity", r"产假|生育假|分娩假|流产假"),
    ("annual", r"带薪年?休假|带薪年假|年休假|年假|年休(?!息)|带薪假|公休假|特休假?|特别休假|有薪年?假"),
    ("sick", r"病假|医疗期|病休"),
    ("work_injury", r"工伤(?:假|休|期|治疗|康复|复查)?|停工留薪期?(?:假)?"),
    ("marriage", r"婚假|结婚假"),
    ("bereavement", r"丧假|奔丧假|白事假"),
    ("comp", r"调休|倒休|补休|换休|存休|串休|攒的?假|调班休息|加班(?:换|抵|折|攒)的?(?:假|休|时长|小时)?"),
    ("personal", r"事假|无薪假?|不带薪|停薪|扣(?:工资|钱)(?:也行|也可以|就扣|的假)|不要工资|私假"),
)
NAMED = tuple((code, Lazy(pattern)) for code, pattern in _NAMED)
ANY_NAMED = "|".join(pattern for _, pattern in _NAMED)
NAMED_ANY = Lazy(ANY_NAMED)
_DENIED = Lazy(
    rf"(?:不是|不用|不请|不要|不想用|不想请|别用|别请|先不用|不休|不能算|没有|舍不得用|不够)(?:请|用|休)?(?:{ANY_NAMED})(?!够|吗)|(?:{ANY_NAMED})(?:不够|用完|没了|已经没|留着|先不|就不)"
)

_ELDER = r"(?:爷爷|奶奶|姥姥|姥爷|外公|外婆|祖父|祖母|外祖父|外祖母|阿公|阿嬷|阿婆|爷|奶|公公|婆婆|岳父|岳母|丈人|丈母娘|公婆)"
_PARENT = r"(?:爸妈|父母|爸爸|妈妈|老爸|老妈|父亲|母亲|我爸|我妈|爸|妈|双亲|爹|娘)"
_CHILD = r"(?:孩子|小孩|宝宝|娃娃?|女儿|儿子|闺女|小朋友|小宝|大宝|二宝|崽)"
_SPOUSE = r"(?:老婆|媳妇|妻子|爱人|太太|配偶|对象|老公|丈夫|先生)"
_WIFE = r"(?:老婆|媳妇儿?|妻子|爱人|太太|孩子妈|夫人)"
_OTHERS = r"(?:朋友|同学|同事|哥们|闺蜜|表[哥姐弟妹]|堂[哥姐弟妹]|哥哥?|姐姐?|弟弟?|妹妹?|亲戚|发小|战友|老师|领导|邻居|室友|叔叔?|舅舅?|姑姑?|姨|侄子|侄女|外甥|伯父|大伯|人家|别人|他|她)"
_ILL = (
    r"(?:发烧|发高烧|高烧|低烧|感冒|流感|咳嗽|嗓子|拉肚子|腹泻|胃疼|胃痛|肚子[疼痛]|头疼|头痛|头晕|偏头痛|牙疼|牙痛|腰疼|腰痛|不舒服|难受|生病|病了|看病|住院|手术|开刀|"
    r"输液|打点滴|挂水|吊水|打吊针|看牙|拔牙|补牙|牙医|看医生|看中医|看大夫|就诊|就医|复诊|复查|挂了?号|挂急诊|急诊|肠胃炎|胃炎|肺炎|阑尾|扁桃体|过敏|崴|扭伤|扭到|扭了|骨折|摔伤|烫伤|中暑|"
    r"食物中毒|吐了|呕吐|阳了|新冠|发炎|痛经|例假|姨妈|大姨妈|来事|晕倒|低血糖|高血压|颈椎病|失眠|身体[^,]{0,3}(?:不适|不好|欠佳|垮|抱恙)|没退烧|眼睛[疼发]|起不来床|浑身|全身酸|犯病|病倒|抱病|带状疱疹|水痘|偏瘫|牙肿|智齿|做胃镜|肠镜|化验|体温)"
)
_DEAD = r"(?:过世|去世|离世|病逝|逝世|辞世|走了|没了|不在了|仙逝|故去|往生|丧事|后事|葬礼|追悼会|出殡|下葬|头七|奔丧|送终|白事|送最后一程)"

_CARE = Lazy(
    rf"(?:照顾|照料|陪护|护理|陪床|伺候|陪|照看)[^,]{{0,6}}住院[^,]{{0,3}}(?:{_PARENT})|{_PARENT}[^,]{{0,6}}(?:住院|住了院|做手术|手术)|住院的?(?:{_PARENT})"
)
_REASONS: tuple[tuple[str, Lazy], ...] = (
    (
        "personal",
        Lazy(
            r"(?:私事|家事|办(?:点|些|个|一?点)?事(?!处)|(?:有|处理)(?:点|些|个|一?点)?(?:急|私|家|琐|杂)?事(?:情|儿)?(?!假)|家里[^,]{0,3}事|个人(?:事务|事情|原因)|急事|要事)"
        ),
    ),
    ("prenatal", Lazy(r"产检|孕检|产前检查|唐筛|四维|nt检查|糖耐")),
    ("nursing", Lazy(r"喂奶|哺乳|背奶|挤奶|吸奶")),
    (
        "paternity",
        Lazy(
            rf"{_WIFE}[^,]{{0,4}}(?:生孩子|生娃|生宝宝|生二胎|生了|要生|快生|临产|待产|分娩|产房|剖腹产|剖宫产|生产|坐月子)|陪(?:{_WIFE})?(?:生孩子|生产|分娩|待产|坐月子)|当爸爸?了|伺候月子"
        ),
    ),
    (
        "maternity",
        Lazy(
            r"(?:我|自己)?(?:要生了|快生了|生孩子|生宝宝|生娃|待产|分娩|预产期|临产|生二胎|坐月子|剖腹产|剖宫产|流产|小产)"
        ),
    ),
    (
        "work_injury",
        Lazy(
            r"工伤|(?:上班|工作|干活|车间|作业|下班|通勤|操作)[^,]{0,8}(?:受伤|砸伤|砸到|摔伤|夹伤|割伤|撞伤|被撞|烫伤|压伤|伤到|伤了|夹到手)"
        ),
    ),
    (
        "bereavement",
        Lazy(
            rf"(?:{_ELDER}|{_PARENT}|{_SPOUSE}|{_CHILD}|老人|亲人|至亲|家人)[^,]{{0,5}}{_DEAD}|奔丧|治丧|料理后事|办丧事|家里?(?:有|办)?(?:丧事|白事)|家[^,]{{0,2}}老人走了|{_DEAD[:-1]})的?(?:{_ELDER}|{_PARENT})"
        ),
    ),
    ("care", _CARE),
    (
        "marriage",
        Lazy(
            r"结婚|办婚礼|婚礼|领证|领结婚证|登记结婚|办喜[事酒]|婚宴|办酒席|成亲|摆酒|度蜜月|蜜月|我?大婚|扯证|拜堂|当新[郎娘]"
        ),
    ),
    ("sick", Lazy(_ILL)),
)
_NOT_MARRIAGE = Lazy(
    rf"(?:{_OTHERS}|{_CHILD}|{_ELDER})(?:们|家|的|要|明天|今天|下周|周末|,)*[^,]{{0,5}}(?:结婚|婚礼|大婚|办喜|婚宴|领证|办酒|摆酒|成亲)|参加[^,]{{0,8}}(?:婚礼|婚宴)|喝喜酒|吃喜酒|吃酒席|吃席|伴郎|伴娘|随份子|去[^,]{{0,4}}婚礼|结婚纪念|证婚"
)
_NOT_SICK_SELF = Lazy(
    rf"(?:{_CHILD}|{_SPOUSE}|{_ELDER}|{_PARENT}|{_OTHERS}|老人|家人|家里人|猫|狗|宠物)(?!的?我)[^,]{{0,8}}?{_ILL}|(?:带|陪|送)[^,我]{{1,6}}(?:去|到)?[^,]{{0,4}}(?:看病|看医生|看牙|就诊|就医|医院|复查|复诊|手术|打疫苗|体检|输液|住院)|(?:照顾|照料|护理|陪护|看望|探望|探)[^,]{{1,8}}"
)
_NOT_DIRECT = Lazy(
    rf"(?:朋友|同学|同事|领导|邻居|老师|亲戚|叔叔?|舅舅?|姑姑?|姨妈?|伯父|大伯|表[哥姐弟妹]|堂[哥姐弟妹]|战友)[^,]{{0,6}}{_DEAD}"
)
_WITH_WIFE = Lazy(
    rf"(?:陪|带|送|跟|和)[^,]{{0,5}}(?:产检|孕检|做?唐筛|产前检查)|{_WIFE}[^,]{{0,5}}(?:产检|孕检|唐筛|产前检查)"
)
_PREGNANT_SELF = Lazy(r"我(?:自己)?(?:怀孕|有孕|孕)")
_WORK_MATTER = Lazy(
    r"(?:没|没有|无)(?:什么|啥)?事|公事|出差|客户|开会|有事(?:找|问|请教|想问|跟你|和你|咨询|请问)|有(?:点|个|件)?事(?:情)?(?:想)?(?:找|问|请教|咨询|跟|和你)"
)


@dataclass(frozen=True, slots=True)
class LeaveType:
    """假种的判断:`code` 为空表示要问;`choices` 给按钮;`named` 说明是说了名字还是看理由。"""

    code: str | None
    choices: tuple[str, ...] = ()
    named: bool = False
    reason: str = ""


def named_types(text: str) -> list[tuple[str, int, int]]:
    """句子里说出的假种,按位置;被否定的(不是年假、年假不够)不算。"""
    denied = [match.span() for match in _DENIED.finditer(text)]
    taken: list[tuple[str, int, int]] = []
    for code, pattern in NAMED:
        for match in pattern.finditer(text):
            at, to = match.span()
            if any(a < to and at < b for _, a, b in taken):
                continue
            taken.append((code, at, to))
    kept = [item for item in taken if not any(a <= item[1] < b for a, b in denied)]
    return sorted(kept or ([] if denied else taken), key=lambda item: item[1])


def leave_type(text: str) -> LeaveType:
    """这句话要的是哪种假。"""
    names = named_types(text)
    codes = list(dict.fromkeys(code for code, _, _ in names))
    if len(codes) == 1:
        return LeaveType(codes[0], named=True)
    if len(codes) > 1:
        return LeaveType(None, tuple(codes), named=True)
    return by_reason(text)


def by_reason(text: str) -> LeaveType:
    """看理由:只合一种才算。"""
    found = [(code, match.group(0)) for code, pattern in _REASONS if (match := pattern.search(text))]
    codes = [code for code, _ in found]
    words = dict(reversed(found))
    reason = found[-1][1] if found else ""
    if "prenatal" in codes and _WITH_WIFE.search(text) and not _PREGNANT_SELF.search(text):
        return LeaveType(None, ("annual", "personal", "comp"), reason=reason)
    if "bereavement" in codes:
        return LeaveType("bereavement", reason=words["bereavement"])
    if _NOT_DIRECT.search(text):
        return LeaveType(None, ("personal", "annual", "comp"), reason="丧事")
    if "marriage" in codes and _NOT_MARRIAGE.search(text):
        return LeaveType(None, ("personal", "annual", "comp"), reason=words["marriage"])
    for code in ("paternity", "prenatal", "nursing", "maternity", "work_injury", "care", "marriage"):
        if code in codes:
            return LeaveType(code, reason=words[code])
    if "sick" in codes or _NOT_SICK_SELF.search(text):
        if not _NOT_SICK_SELF.search(text):
            return LeaveType("sick", reason=words["sick"])
        child = re.search(_CHILD, text) is not None
        return LeaveType(
            None, ("parental", "personal", "annual") if child else ("personal", "annual", "comp"), reason=reason
        )
    if "personal" in codes and not _WORK_MATTER.search(text):
        return LeaveType("personal", reason=words["personal"])
    return LeaveType(None, ())
