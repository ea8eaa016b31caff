"""命令 policy:查公司的政策目录(`check`),做一张空的城市表(`city`),由 CSV 导入城市表(`import`)。

不用数据库也不联网。检查的每个毛病印成 文件:行:列: 话;有毛病退出码 1。还没填的格子、只凭记忆的数只提醒。
"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, date, datetime
from pathlib import Path

from config.policies import Policies, faults, load
from config.policy_health import Finding, findings
from config.policy_import import city_from_csv, empty_city
from engine.days import shanghai_date
from engine.errors import BadInput, EhrError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ehr policy` 的参数。"""
    words = parser.add_subparsers(dest="word", required=True, metavar="词")
    check = words.add_parser("check", help="查一个政策目录;不写目录就查自带的")
    check.add_argument("directory", nargs="?", type=Path, help="公司自己的政策目录")
    check.add_argument("--json", action="store_true", help="印 JSON:{ok, faults, findings}")
    city = words.add_parser("city", help="做一张空的城市表(数都是 blank),照公告填")
    city.add_argument("name", help="城市名,例如 昆明")
    city.add_argument("out", type=Path, help="写到哪里,例如 policies/cities/kunming.yaml")
    bring = words.add_parser("import", help="由 CSV 做出城市表,先查再写")
    bring.add_argument("name", help="城市名")
    bring.add_argument("table", type=Path, help="CSV(UTF-8 或 GBK)")
    bring.add_argument("out", type=Path, help="写到哪里")


def run(args: argparse.Namespace) -> int:
    """0 都好;1 有毛病。"""
    if args.word == "city":
        return _write(args.out, empty_city(args.name, _today().replace(day=1)))
    if args.word == "import":
        return _write(args.out, city_from_csv(args.name, _read(args.table), args.table.name))
    return _check(args.directory, args.json)


def _check(directory: Path | None, as_json: bool) -> int:
    bad = faults(directory) if directory is not None else ()
    rules = load([directory] if directory is not None else []) if not bad else None
    own = _own_cities(rules, directory) if rules is not None else None
    found = findings(rules, _today(), own) if rules is not None else ()
    if as_json:
        body = {"ok": not bad, "faults": [_fault(one) for one in bad], "findings": [_finding(f) for f in found]}
        print(json.dumps(body, ensure_ascii=False))
    else:
        for one in bad:
            print(_place(one))
        for finding in found:
            print(f"! {finding.say}")
        print(_sum(rules, len(bad), len(found)))
    return 1 if bad else 0


def _own_cities(rules: Policies, directory: Path | None) -> set[str] | None:
    """公司目录里有城市文件时只看那几个城市;没有则都看。"""
    if directory is None or not (directory / "cities").is_dir():
        return None
    stems = {path.stem for path in (directory / "cities").glob("*.yaml")}
    return {name for name, pack in rules.cities.items() if pack.social.key.split(".", 1)[0] in stems} or None


def _sum(rules: Policies | None, bad: int, seen: int) -> str:
    if rules is None:
        return f"有 {bad} 处要改。改好后再运行一次 ehr policy check。"
    return f"都读得懂,版本 {rules.version};有 {seen} 处请留意。" if seen else f"都好,版本 {rules.version}。"


def _fault(one: EhrError) -> dict[str, str]:
    return {"code": one.code, "say": one.say, **{k: str(v) for k, v in one.details.items()}}


def _finding(one: Finding) -> dict[str, str]:
    return {"kind": one.kind, "subject": one.subject, "city": one.city, "say": one.say}


def _place(one: EhrError) -> str:
    """文件:行:列: 话。"""
    file, line, column = (str(one.details.get(k, "")) for k in ("file", "line", "column"))
    say = one.say.removeprefix(f"{file}:{line}:")
    return f"{file}:{line}:{column}: {say}" if file else one.say


def _read(path: Path) -> str:
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput("BAD_CSV", f"{path.name} 既不是 UTF-8 也不是 GBK 的文字,请另存为 CSV 再来。")


def _write(out: Path, text: str) -> int:
    if out.exists():
        raise BadInput("FILE_EXISTS", f"{out} 已经有了,没有覆盖。请换一个名字,或先移走它。")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")
    print(
        f"写好了 {out}。填好之后请运行 ehr policy check {out.parent.parent if out.parent.name == 'cities' else out.parent}。"
    )
    return 0


def _today() -> date:
    return shanghai_date(datetime.now(UTC))
