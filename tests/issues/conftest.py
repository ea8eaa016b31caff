"""修好的毛病也用小公司来试,见 tests/handlers/fixtures;说话的用 tests/bot 的那一间。"""

from tests.bot.conftest import clock, desk, rules, talker
from tests.handlers.fixtures import paid, world

__all__ = ["clock", "desk", "paid", "rules", "talker", "world"]
