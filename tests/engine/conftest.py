"""引擎测试的共同设置:性质测试不按钟点判输赢(机器忙时一例慢了不算错)。"""

from hypothesis import HealthCheck, settings

settings.register_profile("engine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("engine")
