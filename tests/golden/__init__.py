"""黄金月份 golden months:三家公司、十四个月,用会重算的 Excel 公式另算一遍。"""
