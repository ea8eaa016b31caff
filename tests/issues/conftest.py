"""修好的毛病也用小公司来试,见 tests/handlers/fixtures。"""

from tests.handlers.fixtures import paid, world

__all__ = ["paid", "world"]
