"""开户资料各文件的开头说明 opening。"""

from __future__ import annotations

HEADS = {
    "pay_profiles.yaml": """\
# 薪酬档案(演示公司):谁、什么岗位、多少工资、按什么基数缴社保公积金、工资打到哪里。
#
# userid             钉钉的 userid
# post               岗位;绩效方案按岗位适用(见 performance.yaml)
# city               社保公积金与最低工资按哪个城市(规定在 config/policies/cities)
# hours_system       工时制:standard 标准 | comprehensive 综合计算 | irregular 不定时
# tax_scheme         减除费用:standard 每月 5,000 | first_job 首次就业 | sixty_thousand 上年不超 6 万元
# housing_rate       住房公积金比例(单位与个人相同);supplementary_rate 补充公积金比例,没有写 "0.00"
# wages              合同月工资(元),自 since 当天起;月中调薪照写那一天
# bases              申报基数(元),自 since 那个月起:social 社保,housing 公积金。写申报的数,上下限由城市规定去夹
# bank               开户行与账号(这里的账号都是编的,末位校验是对的)
# standards          津贴标准(元):名字是 config/policies/pay_items.yaml 里 inputs 的名字;没写的就没有那一项
# special_additional 个税专项附加扣除(元一月),自 since 那个发放月起;每月合计要与税务客户端下载的一致
# scope              与默认不同的几样,可不写:work_city 工作城市(与参保城市不同时);employment full_time 全日制 | retired 退休返聘 |
#                    part_time 非全日制 | labour 劳务 | intern 实习(后三种不在月薪里算);tax_residence resident | non_resident;
#                    net_pay 约定税后工资(不会算,拒绝);first_fund 首次缴存公积金(从第二个月起);heat_kind 高温岗位类别(见城市文件)
""",
    "tax_ytd.yaml": """\
# 个税年内累计(演示公司):上线前已发工资的台账,照税务客户端的数录入。
#
# unit        扣缴义务人;tax_year 税年
# scheme      减除费用的算法(同 pay_profiles.yaml);facts 是选它的凭据
# start_month 本税年在本单位的第一个月(任职受雇月份数从它数起)
# months      一个发放月一行(一月发的是上年十二月的工资),单位元:income 应税收入,tax_free 免税收入,
#             insurance 个人三险一金,special_additional 当月新计入的专项附加,withheld 已预扣税额。
#             没发工资的月也要有一行 0:少一行,减除费用就少 5,000,税就错了。
""",
    "leave_opening.yaml": """\
# 假期台账期初(演示公司):as_of 那天早上各人手里的额度,一笔一行;此后的请假由系统自己记。
#
# type        annual 年假 | comp 调休 | parental 育儿假
# unit        day 天 | hour 小时
# granted     这一笔总共给了多少;used 期初以前已经用掉多少
# since       从哪天起可用;expires_on 到哪天作废(含当日)。先到期的先用
""",
    "targets.yaml": """\
# 绩效目标(演示公司):谁、哪个指标、哪个月、目标多少(销售额以元计)。
# 经理以后在微应用里调整,一次一版,这里的是第一版。
""",
    "courses.yaml": """\
# 培训课程(演示公司)。
#
# code                       课程编号,不重复
# seats                      名额;满了排候补,有人退出自动递补
# starts_at / ends_at        起止(带时区)
# enroll_until / cancel_until 报名截止、可以取消的最后时刻
# cost                       费用(元);大于 0 的报名要上级同意
""",
}
