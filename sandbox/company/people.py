"""人员 people:六个部门、六十四个人、角色与上级。"""

from __future__ import annotations

from datetime import date, datetime, time

from sandbox.company.chance import Dice, digits_of
from sandbox.company.shapes import CST, Department, Person, Role

COMPANY_NAME = "上海云帆科技有限公司"
ROOT = 1
SALES_1, SALES_2, SERVICE, RESEARCH, FACTORY, HUMAN = 101, 102, 103, 104, 105, 106

DEPARTMENTS = (
    Department(ROOT, COMPANY_NAME, 0, "gaoyuan"),
    Department(SALES_1, "销售一部", ROOT, "wangfang"),
    Department(SALES_2, "销售二部", ROOT, "zhengkai"),
    Department(SERVICE, "客户服务部", ROOT, "linna"),
    Department(RESEARCH, "研发部", ROOT, "xuwei"),
    Department(FACTORY, "生产部", ROOT, "mahui"),
    Department(HUMAN, "人力资源部", ROOT, "zhaohui"),
)

ROLES = (
    Role(7001, "主管理员", "默认"),
    Role(7002, "子管理员", "默认"),
    Role(7003, "负责人", "默认"),
    Role(7101, "人事", "职务"),
    Role(7102, "薪酬专员", "职务"),
    Role(7103, "审计", "职务"),
)

EXTRA_ROLES = {
    "gaoyuan": ("主管理员",),
    "zhaohui": ("子管理员", "人事"),
    "wujing": ("人事",),
    "chenjing": ("薪酬专员",),
    "sunli": ("薪酬专员",),
    "zhoujun": ("审计",),
}
"""部门负责人另加“负责人”。"""

NO_MANAGER = frozenset({"gaoyuan", "guobin", "chengyu"})
"""通讯录里没有填直属主管的人:审批人要从部门负责人找起。"""

LEAVERS = {
    "fengjie": (date(2026, 10, 23), "个人发展"),
    "shijun": (date(2026, 11, 13), "返乡"),
}
"""离职的人:最后工作日与原因。"""

TABLE = """
gaoyuan    高远 男 总经理       1   2016-03-01 1974-05-18
wangfang   王芳 女 销售经理     101 2018-06-11 1985-09-03
liming     李明 男 客户经理     101 2023-04-03 1993-02-14
zhangwei   张伟 男 客户经理     101 2021-03-15 1990-07-22
chenxin    陈欣 女 客户经理     101 2022-08-01 1995-11-30
heqiang    何强 男 高级客户经理 101 2019-05-06 1988-01-09
tangyu     唐雨 女 客户经理     101 2024-02-26 1997-06-17
fengjie    冯杰 男 客户经理     101 2023-09-04 1992-12-05
luomin     罗敏 女 客户经理     101 2026-10-12 1996-04-21
zhengkai   郑凯 男 销售经理     102 2017-10-09 1983-08-25
huangtao   黄涛 男 客户经理     102 2020-11-02 1991-03-27
xiejuan    谢娟 女 客户经理     102 2022-05-16 1994-10-11
hanbing    韩冰 女 高级客户经理 102 2019-09-16 1989-02-06
dongliang  董亮 男 客户经理     102 2021-07-05 1993-05-29
yuanyuan   袁媛 女 客户经理     102 2023-06-19 1998-01-15
caiming    蔡明 男 客户经理     102 2024-04-08 1996-09-08
guobin     郭斌 男 客户经理     102 2025-03-03 1999-07-04
linna      林娜 女 客服经理     103 2018-04-16 1986-12-19
panli      潘丽 女 客服专员     103 2022-03-07 1996-08-13
yangfan    杨帆 女 客服专员     103 2021-10-11 1995-03-02
chengyu    程宇 男 客服专员     103 2023-02-13 1998-05-26
shenyue    沈悦 女 客服专员     103 2022-11-21 1997-12-28
luhao      陆浩 男 客服专员     103 2024-01-08 2000-02-10
fanrong    范蓉 女 高级客服专员 103 2019-12-02 1991-06-24
jiangnan   江南 男 客服专员     103 2023-08-14 1999-10-17
wuyan      吴燕 女 客服专员     103 2024-06-03 2000-09-29
qianlong   钱龙 男 客服专员     103 2021-05-24 1996-01-31
yemei      叶梅 女 客服专员     103 2025-02-17 2001-04-06
dinghui    丁辉 男 客服专员     103 2022-07-18 1997-07-12
weilan     魏兰 女 客服专员     103 2024-09-09 1999-11-08
tianyu     田雨 女 客服专员     103 2026-07-06 2004-05-20
xuwei      徐伟 男 研发总监     104 2017-02-20 1982-04-14
liuyang    刘洋 男 后端工程师   104 2024-01-11 1994-08-30
jiangbo    蒋波 男 后端工程师   104 2021-04-12 1995-06-06
caoxue     曹雪 女 测试工程师   104 2020-08-17 1993-09-16
jinlei     金磊 男 架构师       104 2018-09-03 1986-10-21
weiguo     魏国 男 前端工程师   104 2022-02-14 1996-02-23
songyang   宋洋 男 前端工程师   104 2023-03-20 1998-12-02
liangchen  梁晨 男 后端工程师   104 2023-10-16 1999-03-18
duanxin    段欣 女 产品经理     104 2020-06-08 1991-11-25
zhuhong    朱红 女 测试工程师   104 2021-11-15 1994-04-09
lvjia      吕佳 女 设计师       104 2022-09-13 1996-07-27
jianing    贾宁 男 数据工程师   104 2026-11-16 1997-08-19
mahui      马辉 男 生产经理     105 2016-09-19 1981-03-11
dengchao   邓超 男 装配工       105 2020-03-23 1994-01-24
shijun     石军 男 装配工       105 2022-04-18 1995-05-07
kongde     孔德 男 装配工       105 2021-08-30 1992-10-30
baixue     白雪 女 质检员       105 2019-07-22 1990-12-12
cuijian    崔健 男 设备技师     105 2018-11-12 1987-09-14
renhao     任浩 男 装配工       105 2023-05-08 1998-06-01
luyan      卢燕 女 装配工       105 2022-10-24 1993-02-27
yaogang    姚刚 男 装配工       105 2020-01-06 1989-08-08
zhongwei   钟伟 男 装配工       105 2024-03-11 2000-10-05
tanli      谭力 男 叉车工       105 2021-01-18 1991-04-28
liaomei    廖梅 女 装配工       105 2025-05-19 2002-01-13
xiongfei   熊飞 男 装配工       105 2023-11-27 1999-05-15
qinchuan   秦川 男 设备技师     105 2019-03-04 1988-07-19
zhaohui    赵慧 女 人力资源总监 106 2017-05-15 1984-02-07
chenjing   陈静 女 薪酬专员     106 2020-04-20 1992-05-12
sunli      孙丽 女 薪酬主管     106 2018-12-10 1988-11-03
zhoujun    周军 男 内审主管     106 2019-08-05 1985-07-30
wujing     吴静 女 人事专员     106 2021-06-21 1993-12-24
heping     何平 男 会计         106 2020-09-14 1990-03-06
shiyu      施雨 女 行政专员     106 2024-05-13 1999-09-22
"""
"""userid 姓名 性别 职务 部门 入职日 生日;顺序就是工号的顺序。"""


def leaders() -> dict[str, tuple[int, ...]]:
    """负责人 userid → 他负责的部门。"""
    out: dict[str, tuple[int, ...]] = {}
    for department in DEPARTMENTS:
        out[department.manager_userid] = (*out.get(department.manager_userid, ()), department.dept_id)
    return out


def people(seed: int) -> tuple[Person, ...]:
    """全部人员,按 userid 排序。"""
    rows = [line.split() for line in TABLE.strip().splitlines()]
    return tuple(sorted((_person(seed, index, row) for index, row in enumerate(rows)), key=lambda p: p.userid))


def approver_of(person: Person) -> str:
    """他在钉钉里的单子谁来批:直属主管,否则部门负责人,再否则人力负责人;从不是本人。"""
    heads = {d.dept_id: d.manager_userid for d in DEPARTMENTS}
    for candidate in (person.manager_userid, *(heads[dept] for dept in person.dept_ids), "zhaohui"):
        if candidate is not None and candidate != person.userid:
            return candidate
    return "gaoyuan"


def _person(seed: int, index: int, row: list[str]) -> Person:
    userid, name, gender, title, dept, hired, born = row
    dept_id, hired_on = int(dept), date.fromisoformat(hired)
    leads = leaders().get(userid, ())
    last, reason = LEAVERS.get(userid, (None, None))
    head = {d.dept_id: d.manager_userid for d in DEPARTMENTS}[dept_id]
    manager = None if userid in NO_MANAGER else "gaoyuan" if leads else head
    return Person(
        userid=userid,
        unionid=digits_of(seed, 12, "union", userid) + "iE",
        name=name,
        mobile=f"1990000{1001 + index:04d}",
        email=f"{userid}@yunfan.example",
        title=title,
        job_number=f"YF{index + 1:04d}",
        dept_ids=(dept_id,),
        manager_userid=manager,
        roles=(*EXTRA_ROLES.get(userid, ()), *(("负责人",) if leads else ())),
        leader_of=leads,
        gender="男" if gender == "男" else "女",
        born_on=date.fromisoformat(born),
        hired_on=hired_on,
        joined_at=_clock(hired_on, 9, Dice(seed, "join", userid).between(0, 20)),
        left_on=last,
        last_work_day=last,
        left_at=None if last is None else _clock(last, 18, 30),
        leave_reason=reason,
        admin=userid in ("gaoyuan", "zhaohui"),
        boss=userid == "gaoyuan",
    )


def _clock(day: date, hour: int, minute: int) -> datetime:
    return datetime.combine(day, time(hour, minute), CST)
