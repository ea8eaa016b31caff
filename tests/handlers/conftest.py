"""用例测试的夹具,见 fixtures。"""

from tests.handlers.fixtures import paid, world

__all__ = ["paid", "world"]
