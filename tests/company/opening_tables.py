"""开户资料的底表 opening:工资、岗位、津贴、专项附加、目标、课程——人手写的那部分。"""

from __future__ import annotations

UNIT = "上海云帆科技有限公司"

WAGES = {
    "gaoyuan": 38000, "wangfang": 18000, "liming": 10000, "zhangwei": 9500, "chenxin": 8800, "heqiang": 13500,
    "tangyu": 8200, "fengjie": 8000, "luomin": 8500, "zhengkai": 18500, "huangtao": 10500, "xiejuan": 9800,
    "hanbing": 12800, "dongliang": 9600, "yuanyuan": 8600, "caiming": 8000, "guobin": 7200, "linna": 14500,
    "panli": 6200, "yangfan": 6400, "chengyu": 5800, "shenyue": 6000, "luhao": 5500, "fanrong": 7800,
    "jiangnan": 5600, "wuyan": 5300, "qianlong": 6600, "yemei": 5200, "dinghui": 5900, "weilan": 4900,
    "tianyu": 5000, "xuwei": 37800, "liuyang": 22000, "jiangbo": 21000, "caoxue": 15500, "jinlei": 32000,
    "weiguo": 19000, "songyang": 17500, "liangchen": 18500, "duanxin": 24000, "zhuhong": 14800, "lvjia": 16000,
    "jianing": 20000, "mahui": 16500, "dengchao": 6800, "shijun": 6300, "kongde": 6500, "baixue": 7400,
    "cuijian": 9200, "renhao": 5600, "luyan": 5800, "yaogang": 7200, "zhongwei": 5200, "tanli": 6900,
    "liaomei": 4800, "xiongfei": 5500, "qinchuan": 8900, "zhaohui": 26000, "chenjing": 11500, "sunli": 15800,
    "zhoujun": 17000, "wujing": 9000, "heping": 12500, "shiyu": 6500,
}  # fmt: skip
"""2026 年年初(或入职时)的月工资,元。"""

EARLIER_WAGES = {"weilan": 4600}
"""2025 年的月工资与 2026 年不同的人,元。"""

RAISES = {"zhangwei": ("2026-10-16", 10500, "年中调薪"), "duanxin": ("2026-11-01", 26000, "晋升高级产品经理")}
"""期间内的调薪:自哪天起、新的月工资、原因。"""

MANAGERS = frozenset({"gaoyuan", "linna", "xuwei", "mahui", "zhaohui"})
"""管理岗(两位销售经理另算)。"""

POST_OF_DEPT = {101: "销售岗", 102: "销售岗", 103: "客服岗", 104: "研发岗", 105: "生产岗", 106: "职能岗"}
SALES_HEADS = frozenset({"wangfang", "zhengkai"})

POST_ALLOWANCE = {"jinlei": 2000, "cuijian": 600, "qinchuan": 600, "tanli": 400, "fanrong": 300, "baixue": 300}
"""岗位津贴,元一月。"""

SCHEMES = {"tianyu": "first_job", "weilan": "sixty_thousand"}

SUPPLEMENTARY = {"gaoyuan": "0.05", "xuwei": "0.05", "zhaohui": "0.05", "jinlei": "0.03"}
"""补充公积金比例。"""

HOUSING_FIVE = frozenset({"liaomei", "zhongwei", "yemei", "tianyu", "weilan"})
"""公积金按 5% 缴的人,其余 7%。"""

DEDUCTIONS = {
    "gaoyuan": (("子女教育", 2000), ("赡养老人", 1500)), "wangfang": (("子女教育", 2000), ("住房贷款利息", 1000)),
    "liming": (("住房租金", 1500),), "zhangwei": (("赡养老人", 3000),), "heqiang": (("子女教育", 4000),),
    "zhengkai": (("子女教育", 2000), ("赡养老人", 1500)), "hanbing": (("住房贷款利息", 1000),),
    "xiejuan": (("住房租金", 1500),), "dongliang": (("3岁以下婴幼儿照护", 2000),), "linna": (("子女教育", 1000),),
    "shenyue": (("3岁以下婴幼儿照护", 1000),), "fanrong": (("赡养老人", 1500),), "guobin": (("住房租金", 1500),),
    "xuwei": (("子女教育", 2000), ("赡养老人", 3000)), "liuyang": (("住房租金", 1500),),
    "jiangbo": (("住房贷款利息", 1000),), "jinlei": (("子女教育", 2000), ("住房贷款利息", 1000)),
    "songyang": (("住房租金", 1500),), "liangchen": (("住房租金", 1500), ("继续教育", 400)),
    "duanxin": (("赡养老人", 3000),), "lvjia": (("3岁以下婴幼儿照护", 2000),), "mahui": (("子女教育", 2000),),
    "cuijian": (("子女教育", 2000),), "yaogang": (("赡养老人", 1500),), "qinchuan": (("子女教育", 1000),),
    "zhaohui": (("子女教育", 2000), ("赡养老人", 1500)), "chenjing": (("住房租金", 1500),),
    "sunli": (("子女教育", 1000),), "zhoujun": (("赡养老人", 3000),), "wujing": (("3岁以下婴幼儿照护", 2000),),
    "heping": (("继续教育", 400),), "huangtao": (("子女教育", 2000),), "dengchao": (("住房租金", 1500),),
}  # fmt: skip
"""每月专项附加扣除,元。"""

LATE_CLAIM = {"huangtao": 6}
"""六月才申报的人:六月一次补扣一至六月。"""

UNPAID = {"weiguo": (3, 4)}
"""2026 年停薪的劳动所属月:工资为零,社保公积金照缴。"""

TARGETS = {
    "wangfang": 150000, "liming": 100000, "zhangwei": 110000, "chenxin": 90000, "heqiang": 180000, "tangyu": 80000,
    "fengjie": 60000, "luomin": 60000, "zhengkai": 160000, "huangtao": 120000, "xiejuan": 100000, "hanbing": 170000,
    "dongliang": 110000, "yuanyuan": 90000, "caiming": 80000, "guobin": 70000,
}  # fmt: skip
"""每月销售额目标,元;罗敏十月半路入职,目标 40,000。"""

COURSES = (
    {
        "code": "C2612-01", "name": "高效客户沟通技巧", "topic": "沟通", "teacher": "林娜", "seats": 10,
        "place": "张江总部 3 楼培训室 A", "starts_at": "2026-12-03T13:30:00+08:00",
        "ends_at": "2026-12-03T17:30:00+08:00", "skills": "客户沟通、异议处理",
    },
    {
        "code": "C2612-02", "name": "团队管理入门", "topic": "管理", "teacher": "赵慧", "seats": 10,
        "place": "张江总部 3 楼培训室 B", "starts_at": "2026-12-08T09:30:00+08:00",
        "ends_at": "2026-12-08T17:00:00+08:00", "skills": "目标管理、反馈辅导",
    },
    {
        "code": "C2612-03", "name": "数据分析与报表", "topic": "数据", "teacher": "段欣", "seats": 20,
        "place": "张江总部 5 楼机房", "starts_at": "2026-12-10T14:00:00+08:00",
        "ends_at": "2026-12-10T17:00:00+08:00", "skills": "表格、透视、图表",
    },
    {
        "code": "C2612-04", "name": "大客户销售策略", "topic": "销售", "teacher": "王芳", "seats": 12,
        "place": "张江总部 3 楼培训室 A", "starts_at": "2026-12-15T13:30:00+08:00",
        "ends_at": "2026-12-15T17:30:00+08:00", "skills": "商机推进、报价谈判",
    },
    {
        "code": "C2612-05", "name": "安全生产年度复训", "topic": "安全", "teacher": "马辉", "seats": 40,
        "place": "生产部一号车间会议室", "starts_at": "2026-12-17T09:00:00+08:00",
        "ends_at": "2026-12-17T11:30:00+08:00", "skills": "设备安全、应急处置",
    },
    {
        "code": "C2612-06", "name": "时间管理与高效会议", "topic": "效率", "teacher": "吴静", "seats": 15,
        "place": "线上直播", "starts_at": "2026-12-22T19:00:00+08:00",
        "ends_at": "2026-12-22T20:30:00+08:00", "skills": "计划、会议、协作",
    },
)  # fmt: skip
