"""守门 guards:库里自己也守着的几条(触发器),程序写错了、有人直接改库,都改不动:

已发布的批次、工资条、冻结的输入、由发薪写下的个税台账只增不改;审计行与假期台账只增不改。
有意拆掉触发器的管理员,由审计链与 `ehr payroll verify` 认出来。每次升级都重装一遍,装几遍都一样。
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

PUBLISHED = "EXISTS (SELECT 1 FROM payrun WHERE payrun.id = OLD.run_id AND payrun.state = 'published')"


@dataclass(frozen=True, slots=True)
class Guard:
    """一条:table 哪张表;when 什么样的旧行(SQL,空为所有的行);say 挡住时说什么。"""

    table: str
    when: str
    say: str


GUARDS = (
    Guard("payslip", PUBLISHED, "已发布的工资条只增不改"),
    Guard("payinput", PUBLISHED, "已发布的工资的输入只增不改"),
    Guard("payrun", "OLD.state = 'published'", "已发布的批次不再改动"),
    Guard("payhold", PUBLISHED, "已发布的一期里暂缓的人不再改动"),
    Guard("paycorrection", PUBLISHED, "已发布的补差的来处只增不改"),
    Guard("payextra", PUBLISHED, "已发布的另发的行只增不改"),
    Guard("payrunstep", "", "发薪的每一步只增不改"),
    Guard("policyarchive", "", "用过的政策只增不改"),
    Guard("taxledger", "OLD.source LIKE 'run:%'", "发薪写下的个税台账只增不改"),
    Guard("auditline", "", "审计行只增不改"),
    Guard("leaveline", "", "假期台账只增不改"),
)


def install(connection: Connection) -> None:
    """装上(已有的照旧)。"""
    for guard in GUARDS:
        for statement in _sqlite(guard) if connection.dialect.name == "sqlite" else _postgres(guard):
            connection.execute(text(statement))


def remove(connection: Connection) -> None:
    """拆掉(迁移要改旧行时用,用完再 install)。"""
    for guard in GUARDS:
        if connection.dialect.name == "sqlite":
            for verb in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS guard_{guard.table}_{verb}"))
        else:
            connection.execute(text(f"DROP TRIGGER IF EXISTS guard_{guard.table} ON {guard.table}"))


def _sqlite(guard: Guard) -> list[str]:
    when = f"WHEN {guard.when} " if guard.when else ""
    return [
        f"CREATE TRIGGER IF NOT EXISTS guard_{guard.table}_{verb} BEFORE {verb.upper()} ON {guard.table} {when}"
        f"BEGIN SELECT RAISE(ABORT, '{guard.say}'); END"
        for verb in ("update", "delete")
    ]


def _postgres(guard: Guard) -> list[str]:
    check = guard.when or "TRUE"
    body = (
        f"BEGIN IF {check} THEN RAISE EXCEPTION '{guard.say}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END"
    )
    name = f"guard_{guard.table}"
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
        f"CREATE OR REPLACE TRIGGER {name} BEFORE UPDATE OR DELETE ON {guard.table}"
        f" FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]
