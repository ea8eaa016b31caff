"""用例测试的夹具 fixtures:小公司 world(SQLite 与 PostgreSQL 各一遍),需要工资的用 paid。"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from models.migrate import upgrade
from models.work import Store
from tests.conftest import Stores
from tests.handlers.world import World, company, with_pay

settings.register_profile("handlers", deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile("handlers")


def _company(store: Store) -> None:
    upgrade(store)
    company(store)


def _paid(store: Store) -> None:
    upgrade(store)
    with_pay(company(store))


@pytest.fixture
def world(stores: Stores) -> World:
    """人、班次、假种、假期额度都装好了的小公司。"""
    return World(stores("company", _company))


@pytest.fixture
def paid(stores: Stores) -> World:
    """再装好薪酬、绩效与十月的事实。"""
    return World(stores("paid", _paid))
