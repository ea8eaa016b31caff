"""量算法本身 pay kernel:不碰库。两个求值器各比手写的 Decimal 快多少,各错几个人,解释一张工资条要多久。

都在一个进程里轮着跑:每一轮把人分成小块,一块我们、一块对照,机器忙一阵子两边一样忙;三轮取中位。
"""

from __future__ import annotations

import gc
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from bench.pay_company import mixed, people, rules
from bench.pay_decimal import DecimalPay, worker
from bench.pay_judge import Judge
from engine.batch_slip import BLOCK, Group, SlipBatch
from engine.pay import compute
from engine.pay_explain import Explainer
from engine.pay_facts import PayFacts

DECIMAL_MOST = 10_000
ROUNDS = 3
SLICE = 500
TURN = 8
"""成批的一次算几段,再轮到对照。"""
FULL = TURN * BLOCK
"""成批的至少算这么多行:人少就把同样的人重复几遍,量的是一家大公司的快慢。"""

Say = Callable[[str], None]


def chunks(found: Iterable[PayFacts], size: int) -> Iterator[list[PayFacts]]:
    """一批一批取。"""
    rest = iter(found)
    while one := list(islice(rest, size)):
        yield one


def wrong(count: int, say: Say) -> dict[str, int]:
    """count 个随机与站在边上的人,两个求值器的应发、个税、实发各错几人;handed 是成批的交给逐人算的。"""
    own = rules()
    judge, batch = Judge(own), SlipBatch(own)
    explain = batched = handed = seen = 0
    for chunk in chunks(mixed(count, lambda one: judge.judge(one).taxable), 20_000):
        judged = [(j.gross, j.tax, j.net) for j in map(judge.judge, chunk)]
        single = [(s.gross_fen, s.tax_fen, s.net_fen) for s in (compute(one, own) for one in chunk)]
        explain += sum(a != b for a, b in zip(judged, single, strict=True))
        found, left = in_columns(batch, chunk)
        batched += sum(found[at] != judged[at] for at in found)
        batched += sum(single[at] != judged[at] for at in left)
        handed += len(left)
        seen += len(chunk)
        say(f"对错:{seen} / {count}")
    return {"wrong": explain + batched, "wrong_explain": explain, "wrong_batch": batched, "handed": handed}


def in_columns(batch: SlipBatch, chunk: Sequence[PayFacts]) -> tuple[dict[int, tuple[int, int, int]], list[int]]:
    """成批算:(位置 → 应发、个税、实发, 交给逐人的位置)。"""
    groups, left = batch.gather(chunk)
    found: dict[int, tuple[int, int, int]] = {}
    for group in groups:
        done, more = batch.compute(group)
        left += more
        for one in done:
            columns = (one.at.tolist(), one.gross.tolist(), one.tax.tolist(), one.net.tolist())
            found.update({at: (gross, tax, net) for at, gross, tax, net in zip(*columns, strict=True)})
    return found, left


def speeds(count: int, say: Say) -> dict[str, float]:
    """我们的两个求值器与手写的 Decimal,同样的人;快几倍,各每秒几人。

    输入都已备好(我们的是冻结的事实与列,对照的是换好的 Decimal),不计。
    """
    own, found = rules(), list(people(min(count, DECIMAL_MOST)))
    slow = DecimalPay(own, found[0])
    workers = [worker(one) for one in found]
    off = sum(round(slow.slip(w).net * 100) != compute(one, own).net_fen for w, one in zip(workers, found, strict=True))
    if off:
        raise SystemExit(f"对照与我们有 {off} 人的实发不同,这次测量作废。")
    slices = [(found[i : i + SLICE], workers[i : i + SLICE]) for i in range(0, len(found), SLICE)]
    sizes = [len(one[0]) for one in slices]
    single = _rounds(lambda at: _timed(lambda one: compute(one, own), slices[at][0]), sizes, slow, slices)
    say("逐人的量完")
    batch = SlipBatch(own)
    groups = _groups(batch, count, say)
    turns = [groups[i : i + TURN] for i in range(0, len(groups), TURN)]
    sizes = [sum(len(g.at) for g in turn) for turn in turns]
    many = _rounds(lambda at: _timed(batch.compute, turns[at]), sizes, slow, slices)
    return {
        "explain_vs_decimal": single[0], "explain_per_second": single[1], "decimal_per_second": single[2],
        "batch_vs_decimal": many[0], "batch_per_second": many[1],
    }  # fmt: skip


def _rounds(
    fast: Callable[[int], float], sizes: Sequence[int], slow: DecimalPay, slices: Sequence[Any]
) -> tuple[float, float, float]:
    """轮着跑:几块我们、几块对照,两边各用差不多的时间,机器忙一阵子两边一样忙;各轮取中位。

    得 (几倍, 我们每秒几人, 对照每秒几人)。
    """
    rounds = []
    for _ in range(ROUNDS):
        gc.collect()
        quick = decimal = 0.0
        people_slow = 0
        for at, _size in enumerate(sizes):
            quick += fast(at)
            while decimal < quick:
                workers = slices[people_slow // SLICE % len(slices)][1]
                decimal, people_slow = decimal + _timed(slow.slip, workers), people_slow + len(workers)
        ours = sum(sizes)
        rounds.append((ours / quick * decimal / people_slow, ours / quick, people_slow / decimal))
    ratio, ours_rate, decimal_rate = (statistics.median(column) for column in zip(*rounds, strict=True))
    return ratio, ours_rate, decimal_rate


def _timed(work: Callable[[Any], Any], items: Sequence[Any]) -> float:
    """用掉的处理器时间(秒):别的程序占着处理器的时候不算。"""
    began = time.process_time()
    for one in items:
        work(one)
    return time.process_time() - began


def _groups(batch: SlipBatch, count: int, say: Say) -> list[Group]:
    """count 个人的列,一段一段;人少就把同样的人重复到 FULL 行,量的是一家大公司的快慢。"""
    groups: list[Group] = []
    for chunk in chunks(people(count), BLOCK):
        made, left = batch.gather(chunk)
        if left:
            raise SystemExit("平常的人里有要逐人算的,这次测量作废。")
        groups += made
        say(f"备列:{sum(len(g.at) for g in groups)} / {count}")
    if len(groups[0].at) < BLOCK:
        times = -(-BLOCK // len(groups[0].at))
        one = groups[0]
        groups = [one._replace(at=one.at.repeat(times)[:BLOCK], columns=one.columns.repeat(times, axis=1)[:, :BLOCK])]
    while sum(len(g.at) for g in groups) < FULL:
        groups += groups
    return groups


def explain_us(count: int) -> float:
    """解释一张工资条(每一行的来处)要几微秒,中位。"""
    own, took = rules(), []
    for one in people(min(count, 300)):
        began = time.perf_counter()
        Explainer(one, own).all()
        took.append(time.perf_counter() - began)
    return statistics.median(took) * 10**6


def rules_seconds(found: Sequence[Sequence[Any]], batch: SlipBatch) -> float:
    """只算规则(压成列、成批算)要几秒:found 是已解开的输入。"""
    began = time.perf_counter()
    groups, _ = batch.gather(found)
    for group in groups:
        batch.compute(group)
    return time.perf_counter() - began


def peak_mib() -> float:
    """本进程的内存峰值(MiB)。"""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def kernel(count: int, say: Say) -> dict[str, float]:
    """全部。"""
    found = speeds(count, say)
    found["explain_us"] = explain_us(count)
    found["kernel_peak_mib"] = peak_mib()
    return found | wrong(count, say)
