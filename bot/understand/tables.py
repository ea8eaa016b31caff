"""小字典 tables:繁体对简体、常见错字与同音字、拼音、夹杂的英文。"""

from __future__ import annotations

_TRAD = (
    "請週後個點資條績評課學報審銷會時來這還幾餘為麼嗎誰補調產喪傷護親媽爺過發燒醫頭體檢續遲應實獎稅險積數標進訓證書試經總領導問題說謝對話聽見覺讓給從開關門間長節國慶"
    "舊歲當與無沒該讀寫辦務動勞難現歡電腦機號萬億錢塊銀聯繫統離職員團隊組級紅約紙線絡緊趕車轉輪較邊達運遠選適連郵鐘錯錄鍾閉陰隨雙雞雲顧顯願類風飛飯館馬驗魚麗黃齊龍啟"
    "單嚴園圖圓場壞聲處備夠孫寶寧將專尋層屬岡幣師帶幫幹庫廠廢張強彈彙徑復恆惡愛態慮憑懷戰戲戶拋換據擇擔擬攝敗敵斷晉暫曉東構樓樣樹橋檔欄權歸歷殘氣決況準溝滿漢滅漲潔烏"
    "煩熱營爾牆獨獲瑪環異療瘋癒盡監盤眾睏矯碼確禮種稱穩競筆範簡簽籤籃糾紀細終結絕絲維網緒編緣縣縮織繳罰罷義習聖聞肅脫腸臨舉藝藥蘇蘭虛術衛衝裝裡裏製複覽觀訂計記討託訴"
    "診詢詳認語誤論諮諾謂講議譯變豐負財貨責貼費賀賣質購趙跡蹟踐躍軟載輕輸辭農遞鄰鄭釋針鋼鎖鎮鐵鑒閒閱闆陣陳陽階際雖雜靜響頁項順須預頓頻額顏顛飲養騙騎驚鬆鮮麥麵齡劉吳"
    "楊許葉盧韓馮鄧蔣羅蕭賈譚韋姪嬰兒孃嶽殯弔癥痠嚨腫瀉嘔掛縱憊併並佈佔倆偉側優價償儘儲兩內冊凍別剛創劃劇劑勵勝勢區協卻厭參喚噸圍執堅塵墊壓壽夢奪奮婦孿宮寬屆島嶺廣彌"
    "徹徵憂擁擋擠攔於晝曬棄極樂橫歐殺毀湊測渾濕灣災煙牽狀獻畫瞭礙祕窮築糧純紗紛紋納紹綁綜綠練繞繼罵聰腳膚膽臉興蓋薦蟲襯規視設訊誠談謊貝貫販貴買貸賠賬賴贊輔輩遊違遺醬"
    "鈴鋪錶鍵閃隱顆飽餓駐駕驟髒髮鬧鳥黨黴彆祂妳佢嘅喺啲冇唔係睇畀"
)
_SIMP = (
    "请周后个点资条绩评课学报审销会时来这还几余为么吗谁补调产丧伤护亲妈爷过发烧医头体检续迟应实奖税险积数标进训证书试经总领导问题说谢对话听见觉让给从开关门间长节国庆"
    "旧岁当与无没该读写办务动劳难现欢电脑机号万亿钱块银联系统离职员团队组级红约纸线络紧赶车转轮较边达运远选适连邮钟错录钟闭阴随双鸡云顾显愿类风飞饭馆马验鱼丽黄齐龙启"
    "单严园图圆场坏声处备够孙宝宁将专寻层属冈币师带帮干库厂废张强弹汇径复恒恶爱态虑凭怀战戏户抛换据择担拟摄败敌断晋暂晓东构楼样树桥档栏权归历残气决况准沟满汉灭涨洁乌"
    "烦热营尔墙独获玛环异疗疯愈尽监盘众困矫码确礼种称稳竞笔范简签签篮纠纪细终结绝丝维网绪编缘县缩织缴罚罢义习圣闻肃脱肠临举艺药苏兰虚术卫冲装里里制复览观订计记讨托诉"
    "诊询详认语误论咨诺谓讲议译变丰负财货责贴费贺卖质购赵迹迹践跃软载轻输辞农递邻郑释针钢锁镇铁鉴闲阅板阵陈阳阶际虽杂静响页项顺须预顿频额颜颠饮养骗骑惊松鲜麦面龄刘吴"
    "杨许叶卢韩冯邓蒋罗萧贾谭韦侄婴儿娘岳殡吊症酸咙肿泻呕挂纵惫并并布占俩伟侧优价偿尽储两内册冻别刚创划剧剂励胜势区协却厌参唤吨围执坚尘垫压寿梦夺奋妇孪宫宽届岛岭广弥"
    "彻征忧拥挡挤拦于昼晒弃极乐横欧杀毁凑测浑湿湾灾烟牵状献画了碍秘穷筑粮纯纱纷纹纳绍绑综绿练绕继骂聪脚肤胆脸兴盖荐虫衬规视设讯诚谈谎贝贯贩贵买贷赔账赖赞辅辈游违遗酱"
    "铃铺表键闪隐颗饱饿驻驾骤脏发闹鸟党霉别他你他的在些没不是看给"
)
SIMPLIFIED: dict[str, str] = dict(zip(_TRAD, _SIMP, strict=True))
"""繁体字 → 简体字(含粤语常用字)。"""


def _pairs(text: str) -> dict[str, str]:
    """把 "错字,错字=对字" 逐行读成表。"""
    table: dict[str, str] = {}
    for line in text.split("\n"):
        wrong, _, right = line.strip().partition("=")
        for word in wrong.split(","):
            if word:
                table[word] = right
    return table


HOMOPHONES = _pairs(
    """
    清假,请价,请架,请驾,轻假,请稼,请暇,倩假=请假
    年架,年家假,年驾,年嫁,年暇,年甲=年假
    天世假,天式假,天市假,天是假=天事假
    请是假,请式假,请市假,请世假,请示假=请事假
    病价,病架,并假,病甲,病驾,饼假,冰假=病假
    事价,事架,事驾,事甲=事假
    婚价,昏假,婚架=婚假
    产价,铲假=产假
    陪铲假,赔产假,培产假=陪产假
    桑假,丧价=丧假
    育而假,育儿价,玉儿假,育儿架=育儿假
    跳休,调秀,条休,掉休,雕休=调休
    产俭,产捡=产检
    浦乳假,补乳假=哺乳假
    工姿条,公资条,工资调,工资跳,工资挑,工姿单,工资 条=工资条
    公资,工姿,弓资=工资
    考情,考琴,烤勤,考芹=考勤
    打咔,达卡,打咖=打卡
    迟道=迟到
    绩校,级效,积效,绩笑,迹效=绩效
    陪训,培讯,培顺,赔训=培训
    抱名,保名,报明=报名
    审皮,申批,审披,神批=审批
    申素,申述,伸诉,深诉=申诉
    余鹅,余饿=余额
    下舟,下州,下粥,下洲,夏周=下周
    这舟,这州,这粥=这周
    名天,明添,明填,冥天,鸣天=明天
    后添,厚天=后天
    今添,金天=今天
    昨添,左天,坐天=昨天
    周武,洲五,舟五=周五
    周散,周山,周叁,舟三=周三
    周尔,周儿=周二
    周伊,周衣=周一
    周斯,周思=周四
    礼败,里拜,礼白=礼拜
    星其,星七,心期,兴期=星期
    下武,下舞=下午
    上武,上舞=上午
    小石,小实=小时
    半添,半填=半天
    公积今=公积金
    面式=面试
    取销,取小,曲消=取消
    撤消,测销,彻销=撤销
    帮住,帮祝=帮助
    剩鱼,剩于=剩余
    加扳,家班,佳班=加班
    """
)

COLLOQUIAL = _pairs(
    """
    听日=明天
    今个月=这个月
    听朝=明天上午
    听晚=明天晚上
    寻日,琴日=昨天
    今朝=今天上午
    后日=后天
    大后日=大后天
    上昼=上午
    下昼,晏昼=下午
    成日=整天
    半日假=半天假
    放半日=放半天
    几多=多少
    仲有=还有
    仲剩=还剩
    仲未=还没
    点解=为什么
    点样=怎么
    边个=谁
    边日=哪天
    唔该=麻烦
    唔使=不用
    可唔可以,可不可以=可不可以
    唔系=不是
    唔想=不想
    唔返=不去
    我哋=我们
    话我知,话俾我知,话比我知=告诉我
    攞假,拎假,请番=请假
    返工=上班
    补番=补请
    有冇=有没有
    收工,放工=下班
    粮单=工资条
    出粮=发工资
    而家,宜家=现在
    啱啱=刚刚
    搵=找
    睇下=看下
    人资=人事
    签核,签呈=审批
    考绩=绩效
    调个休,调一下休=调休
    劳保,健保=社保
    薪资条,薪资单,薪水条,薪水单,薪酬单=工资条
    出缺勤=考勤
    礼拜天=周日
    """
)
"""粤语、台湾用词 → 普通话说法(繁体已先转成简体)。"""

PINYIN = _pairs(
    """
    qingjia,qing jia=请假
    nianjia,nian jia=年假
    shijia,shi jia=事假
    bingjia,bing jia=病假
    hunjia=婚假
    chanjia=产假
    peichanjia=陪产假
    sangjia=丧假
    yuerjia=育儿假
    tiaoxiu,tiao xiu=调休
    chanjian=产检
    mingtian,ming tian,mt=明天
    houtian,hou tian=后天
    jintian,jin tian,jt=今天
    zuotian,zuo tian=昨天
    shangwu=上午
    xiawu=下午
    xiazhou=下周
    zhezhou=这周
    xiazhouyi=下周一
    xiazhouer=下周二
    xiazhousan=下周三
    xiazhousi=下周四
    xiazhouwu=下周五
    zhouyi=周一
    zhouer=周二
    zhousan=周三
    zhousi=周四
    zhouwu=周五
    bantian=半天
    yitian=一天
    liangtian=两天
    santian=三天
    wo=我
    wo yao,woyao=我要
    xiang,woxiang,wo xiang=想
    qing=请
    gongzitiao,gongzi tiao,gzt=工资条
    gongzi=工资
    kaoqin=考勤
    daka=打卡
    chidao=迟到
    jiaban=加班
    jixiao=绩效
    peixun=培训
    baoming=报名
    shenpi=审批
    shensu=申诉
    mianshi=面试
    quxiao=取消
    chexiao=撤销
    bangzhu=帮助
    rengong=人工
    yue=余额
    haishengjitian=还剩几天
    weishenme=为什么
    """
)

ENGLISH = _pairs(
    """
    day after tomorrow=后天
    tomorrow,tmr,tmrw=明天
    today=今天
    yesterday=昨天
    tonight=今天晚上
    next week=下周
    this week=这周
    last week=上周
    next monday=下周一
    next tuesday=下周二
    next wednesday=下周三
    next thursday=下周四
    next friday=下周五
    this monday=这周一
    this tuesday=这周二
    this wednesday=这周三
    this thursday=这周四
    this friday=这周五
    monday,mon=周一
    tuesday,tue=周二
    wednesday,wed=周三
    thursday,thu=周四
    friday,fri=周五
    saturday,sat=周六
    sunday,sun=周日
    last month=上个月
    this month=这个月
    next month=下个月
    morning,am=上午
    afternoon,pm=下午
    half day,half-day,half a day=半天
    a day,one day,1 day=一天
    two days,2 days=两天
    three days,3 days=三天
    days,day=天
    hours,hour,hrs=小时
    an hour,one hour=1小时
    annual leave,al,vacation,pto,annual=年假
    sick leave,sl,sick=病假
    personal leave,unpaid leave,casual leave=事假
    marriage leave=婚假
    maternity leave=产假
    paternity leave=陪产假
    parental leave=育儿假
    comp leave,comp off,comp time,time off in lieu=调休
    bereavement leave=丧假
    take leave,ask for leave,apply for leave,day off,take off,take a day off=请假
    leave=请假
    leave balance=假期余额
    balance=余额
    cancel=取消
    status=进度
    payslip,pay slip,salary slip,payroll slip=工资条
    salary,pay,wage=工资
    bonus=奖金
    why=为什么
    overtime,ot=加班
    attendance=考勤
    late=迟到
    performance=绩效
    score=得分
    feedback=反馈
    appeal=申诉
    target,goal=目标
    kpi=绩效kpi
    okr=目标okr
    training,course,courses=培训课程
    enroll,sign up,join=报名
    pending approvals,pending approval=待审批
    approve,approval=审批
    interview=面试
    help=帮助
    from=从
    to,until=到
    and=和
    i want to,i want,i would like to,i'd like to,want to=我想
    please,pls,plz=请
    my=我的
    check,show,view,show me=查看
    how many,how much=多少
    have i used,i have used,used=用了
    do i have,have i got=我有
    i am,i'm=我
    left,remaining=剩
    status=进度
    """
)
