"""工作簿的列 columns:一列一个输入或一个活的公式;[名字] 是同一行的那一列,[^名字] 是上一行的。

公式照 pay-law 的条文直写,用表格软件自己的函数(NETWORKDAYS、LOOKUP、ROUND),不照抄引擎的做法:
个税取各级“税率 × 所得 − 速算扣除”的最大值;天数由日期现数。
"""

from __future__ import annotations

PAY_DAYS, MINUTES = "21.75", "(21.75*8*60)"

_WORKDAYS = 'NETWORKDAYS({a},{b},日历!$A$2:$A$99)+COUNTIFS(日历!$C$2:$C$99,">="&{a},日历!$C$2:$C$99,"<="&{b})'
_STATUTORY = 'COUNTIFS(日历!$B$2:$B$99,">="&{a},日历!$B$2:$B$99,"<="&{b})'


def _shape(text: str, a: str, b: str) -> str:
    return "=" + text.format(a=f"[{a}]", b=f"[{b}]")


def _share(base: str, rate: str, places: int) -> str:
    low, high = ("公积金下限", "公积金上限") if base == "fund" else ("下限", "上限")
    rate = {"own": "[housing]", "more": "[supplementary]"}.get(rate, f"[p_{rate}]")
    return f'=IF([{base}]="",0,ROUND(MIN(MAX([{base}],[p_{low}]),[p_{high}])*{rate},{places}))'


def _param(column: str) -> str:
    return f"=LOOKUP([month],参数!$A$2:$A$9,参数!${column}$2:${column}$9)"


def _carry(total: str, part: str) -> str:
    """同一人同一纳税年度接着加,换了人或年度重新开始(首行加期初)。"""
    return f"={_before(total)}+{part}"


def _before(total: str) -> str:
    """上月为止的累计。"""
    return f"IF([^person]=[person],IF(YEAR([^paid])=YEAR([paid]),[^{total}],[open_{total}]),[open_{total}])"


INPUTS = (
    ("person", "姓名"), ("month", "所属月"), ("paid", "发放月"), ("month_end", "月末"),
    ("first", "在职起"), ("last", "在职止"), ("wage", "月工资"), ("raised", "调薪日"), ("raised_eve", "调薪前一日"), ("raised_to", "调后月工资"),
    ("years", "本单位整年"), ("social", "社保申报基数"), ("fund", "公积金申报基数"), ("housing", "公积金比例"),
    ("supplementary", "补充比例"), ("std_meal", "餐补标准"), ("std_phone", "通讯补贴标准"), ("std_post", "岗位津贴标准"),
    ("std_full", "全勤奖标准"), ("special", "专项附加"), ("scheme", "扣缴方式"), ("start", "起算月"), ("score", "绩效得分"),
    ("p1_days", "事假一天数"), ("p1_day", "事假一日"), ("p2_days", "事假二天数"), ("p2_day", "事假二日"),
    ("s_days", "病假天数"), ("s_day", "病假日"), ("ot_workday", "工作日加班分钟"), ("ot_rest_day", "休息日加班分钟"),
    ("ot_statutory_holiday", "法定节假日加班分钟"), ("late", "迟到次数"), ("absent", "旷工天数"), ("merged", "并入的年终奖"),
    ("open_c_income", "期初收入"), ("open_c_insurance", "期初社保"), ("open_c_special", "期初专项附加"),
    ("open_c_withheld", "期初已扣"),
    ("fix_wage", "被更正月的月工资"), ("fix_score_old", "原得分"), ("fix_score_new", "新得分"),
    ("fix_wd_old", "原工作日分钟"), ("fix_wd_new", "新工作日分钟"), ("fix_rd_old", "原休息日分钟"),
    ("fix_rd_new", "新休息日分钟"), ("fix_personal", "补登事假天数"),
)  # fmt: skip

FORMULAS = (
    ("workdays", "应出勤天数", _shape(_WORKDAYS, "month", "month_end")),
    ("statutory", "法定节假日", _shape(_STATUTORY, "month", "month_end")),
    ("here_workdays", "在职工作日", _shape(_WORKDAYS, "first", "last")),
    ("here_statutory", "在职法定节假日", _shape(_STATUTORY, "first", "last")),
    ("whole", "整月在职", "=AND([first]=[month],[last]=[month_end])"),
    ("ratio", "在职比例", "=IF([whole],1,([here_workdays]+[here_statutory])/([workdays]+[statutory]))"),
    ("end_wage", "月末月工资", '=IF([raised]="",[wage],[raised_to])'),
    ("old_days", "调薪前计薪日", '=IF([raised]="",0,' + _shape(_WORKDAYS, "first", "raised_eve")[1:] + "+"
        + _shape(_STATUTORY, "first", "raised_eve")[1:] + ")"),
    ("base", "基本工资",
        '=IF([raised]<>"",'
        "ROUND([wage]*[old_days]/([workdays]+[statutory]),2)"
        "+ROUND([raised_to]*([here_workdays]+[here_statutory]-[old_days])/([workdays]+[statutory]),2),"
        f"IF([whole],[wage],MIN([wage],ROUND([wage]*([here_workdays]+[here_statutory])/{PAY_DAYS},2))))"),
    ("post", "岗位津贴", "=ROUND([std_post]*[ratio],2)"),
    ("bonus", "绩效奖金", '=IF([score]="",0,ROUND([end_wage]*[score]*10%,2))'),
    ("full", "全勤奖", "=IF(AND([ratio]=1,[late]=0,[absent]=0,[p1_days]=0,[p2_days]=0,[s_days]=0),[std_full],0)"),
    ("meal", "餐补", "=ROUND([std_meal]*([here_workdays]-[p1_days]-[p2_days]-[s_days]-[absent]),2)"),
    ("phone", "通讯补贴", "=ROUND([std_phone]*[ratio],2)"),
    ("pay_workday", "工作日加班费", f"=ROUND([end_wage]*[ot_workday]*1.5/{MINUTES},2)"),
    ("pay_rest_day", "休息日加班费", f"=ROUND([end_wage]*[ot_rest_day]*2/{MINUTES},2)"),
    ("pay_statutory", "法定节假日加班费", f"=ROUND([end_wage]*[ot_statutory_holiday]*3/{MINUTES},2)"),
    ("w1", "事假一日的月工资", '=IF(AND([raised]<>"",[p1_day]>=[raised]),[raised_to],[wage])'),
    ("w2", "事假二日的月工资", '=IF(AND([raised]<>"",[p2_day]>=[raised]),[raised_to],[wage])'),
    ("off1", "事假一扣",
        "=IF(AND([whole],[p2_days]=0,[p1_days]*2>[workdays]),"
        f"[w1]-MIN([w1],ROUND([w1]*([workdays]-[p1_days]+[statutory])/{PAY_DAYS},2)),"
        f"MIN([w1],ROUND([w1]*[p1_days]/{PAY_DAYS},2)))"),
    ("off2", "事假二扣", f"=ROUND([w2]*[p2_days]/{PAY_DAYS},2)"),
    ("personal", "事假扣款", "=MIN([base],[off1]+[off2])"),
    ("sick_off", "病假扣款", f"=ROUND([end_wage]*[s_days]/{PAY_DAYS},2)"),
    ("sick_rate", "病假标准",
        "=IF([s_day]>DATE(2026,8,15),0,IF([years]<2,60%,IF([years]<4,70%,IF([years]<6,80%,IF([years]<8,90%,100%)))))"),
    ("sick_pay", "病假工资", f"=ROUND(MAX([end_wage]*[sick_rate],[p_最低工资]*80%)*[s_days]/{PAY_DAYS},2)"),
    ("absence", "旷工扣款", f"=ROUND([end_wage]*[absent]/{PAY_DAYS},2)"),
    ("fix_meal", "补登事假少的餐补", "=[std_meal]*[fix_personal]"),
    ("fix_full", "补登事假少的全勤奖", "=IF([fix_personal]>0,[std_full],0)"),
    ("fix", "更正",
        "=ROUND([fix_wage]*[fix_score_new]*10%,2)-ROUND([fix_wage]*[fix_score_old]*10%,2)"
        f"+ROUND([fix_wage]*[fix_wd_new]*1.5/{MINUTES},2)-ROUND([fix_wage]*[fix_wd_old]*1.5/{MINUTES},2)"
        f"+ROUND([fix_wage]*[fix_rd_new]*2/{MINUTES},2)-ROUND([fix_wage]*[fix_rd_old]*2/{MINUTES},2)"
        f"-ROUND([fix_wage]*[fix_personal]/{PAY_DAYS},2)-[fix_meal]-[fix_full]"),
    ("gross", "应发",
        "=[base]+[post]+[bonus]+[full]+[meal]+[phone]+[pay_workday]+[pay_rest_day]+[pay_statutory]"
        "+[sick_pay]-[personal]-[sick_off]-[absence]+[fix]+[merged]"),
    ("p_下限", "社保下限", _param("B")), ("p_上限", "社保上限", _param("C")),
    ("p_公积金下限", "公积金下限", _param("D")), ("p_公积金上限", "公积金上限", _param("E")),
    ("p_养老", "养老个人", _param("F")), ("p_医疗", "医疗个人", _param("G")), ("p_失业", "失业个人", _param("H")),
    ("p_养老单位", "养老单位", _param("I")), ("p_医疗单位", "医疗单位", _param("J")),
    ("p_失业单位", "失业单位", _param("K")), ("p_工伤单位", "工伤单位", _param("L")),
    ("p_最低工资", "最低工资", _param("M")),
    ("ins_pension", "养老保险", _share("social", "养老", 2)), ("ins_medical", "医疗保险", _share("social", "医疗", 2)),
    ("ins_unemployment", "失业保险", _share("social", "失业", 2)), ("ins_housing", "住房公积金", _share("fund", "own", 0)),
    ("ins_housing_more", "补充公积金", _share("fund", "more", 0)),
    ("er_pension", "养老保险(单位)", _share("social", "养老单位", 2)),
    ("er_medical", "医疗保险(单位)", _share("social", "医疗单位", 2)),
    ("er_unemployment", "失业保险(单位)", _share("social", "失业单位", 2)),
    ("er_injury", "工伤保险(单位)", _share("social", "工伤单位", 2)),
    ("insurance", "社保公积金合计",
        "=[ins_pension]+[ins_medical]+[ins_unemployment]+[ins_housing]+[ins_housing_more]"),
    ("c_income", "累计收入", _carry("c_income", "[gross]")),
    ("c_insurance", "累计社保公积金", _carry("c_insurance", "[insurance]")),
    ("c_special", "累计专项附加", _carry("c_special", "[special]")),
    ("allowance", "累计减除费用",
        '=IF([scheme]="sixty_thousand",60000,IF([scheme]="first_job",5000*MONTH([paid]),5000*(MONTH([paid])-[start]+1)))'),
    ("taxable", "累计应纳税所得额", "=MAX(0,[c_income]-[allowance]-[c_insurance]-[c_special])"),
    ("due", "累计应纳税额",
        "=ROUND(MAX([taxable]*3%,[taxable]*10%-2520,[taxable]*20%-16920,[taxable]*25%-31920,[taxable]*30%-52920,"
        "[taxable]*35%-85920,[taxable]*45%-181920),2)"),
    ("iit", "本月个税",
        f"=MAX(0,ROUND([due]-{_before('c_withheld')},2))"),
    ("c_withheld", "累计已扣", _carry("c_withheld", "[iit]")),
    ("net", "实发", "=MAX(0,ROUND([gross]-[insurance]-[iit],2))"),
    ("owed", "不足零待收回", "=MAX(0,-ROUND([gross]-[insurance]-[iit],2))"),
)  # fmt: skip

CHECKED = (
    "base", "post", "bonus", "full", "meal", "phone", "pay_workday", "pay_rest_day", "pay_statutory", "personal",
    "sick_off", "sick_pay", "absence", "fix", "gross", "ins_pension", "ins_medical", "ins_unemployment", "ins_housing",
    "ins_housing_more", "er_pension", "er_medical", "er_unemployment", "er_injury", "insurance", "taxable", "iit", "net",
    "owed",
)  # fmt: skip
"""与工资条逐格比的列。"""
