"""对照 pay orm:一行一个对象的写法。同样的规则、同一个库;输入、冻结的输入、工资条、各行都是 SQLModel 对象,成批 add_all。

主键事先就知道,不必逐人刷新;每一千人刷新一次,最后提交。
"""

from __future__ import annotations

import hashlib
from itertools import islice

from sqlalchemy import Column
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel, select

from bench.pay_company import MONTH, NOW, policies
from engine.money import ZERO, Money
from engine.pay import compute_in_full
from engine.pay_facts import from_json
from handlers.pay_compute import rules_for
from models.columns import Fen
from models.pay import PayInput
from models.work import Store

RUN = 2
"""对照那一期的编号(我们的是 1)。"""
BATCH = 1_000


class Naive(SQLModel, registry=registry()):
    """对照写法的表自成一册,不混进产品的表。"""


class BenchFacts(Naive, table=True):
    """收来的事实:一人一行,两种写法都从这里读。"""

    person_id: int = Field(primary_key=True)
    facts: str


class NaiveSlip(Naive, table=True):
    """对照写法:工资条一个对象。"""

    person_id: int = Field(primary_key=True)
    gross: Money = Field(sa_column=Column(Fen, nullable=False))
    insurance: Money = Field(sa_column=Column(Fen, nullable=False))
    tax: Money = Field(sa_column=Column(Fen, nullable=False))
    net: Money = Field(sa_column=Column(Fen, nullable=False))


class NaiveLine(Naive, table=True):
    """对照写法:一行一个对象。"""

    person_id: int = Field(primary_key=True)
    code: str = Field(primary_key=True)
    label: str
    amount: Money = Field(sa_column=Column(Fen, nullable=False))


def naive(store: Store, count: int) -> dict[str, int]:
    """对照的一次:读事实、冻结、算、存、封、合计、提交。返回合计(人数与实发,分)。"""
    with store.reading(NOW) as work:
        rules = rules_for(work, policies(), MONTH)
    seal, people, net = hashlib.sha256(policies().version.encode()), 0, ZERO
    with store.engine.connect().execution_options(ehr_mode="write") as connection, Session(bind=connection) as session:
        found = iter(session.exec(select(BenchFacts).order_by(BenchFacts.person_id).limit(count)).all())  # type: ignore[arg-type]
        while chunk := list(islice(found, BATCH)):
            session.add_all([PayInput(run_id=RUN, person_id=one.person_id, facts=one.facts) for one in chunk])
            for one in chunk:
                seal.update(b"\n" + one.facts.encode())
                slip = compute_in_full(from_json(one.facts), rules)
                session.add(
                    NaiveSlip(
                        person_id=one.person_id, gross=slip.gross, insurance=slip.insurance, tax=slip.tax, net=slip.net
                    )
                )
                session.add_all(
                    [
                        NaiveLine(person_id=one.person_id, code=x.code, label=x.label, amount=x.amount)
                        for x in slip.lines
                    ]
                )
                people, net = people + 1, net + slip.net
            session.flush()
        session.commit()
    return {"people": people, "net": net.fen}
