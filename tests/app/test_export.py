"""导出命令 export:文件写在指明的文件夹、不覆盖、只有自己读得到;账户与核对;体检说出 PDF 与账户的情形。"""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app import cli
from app.check_out import exports
from config.settings import Settings
from handlers import out_slip
from models.migrate import upgrade
from models.work import Store
from tests.handlers.out import ACCOUNT_HEAD, account, accounts_of, book, published, slips, without_accounts
from tests.handlers.world import World, company, with_pay

Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """十月已发布的小公司,没有收款账户。"""
    path = tmp_path_factory.mktemp("export") / "ehr.sqlite3"
    store = Store(f"sqlite:///{path}")
    upgrade(store)
    published(without_accounts(with_pay(company(store))))
    store.close()
    return path


@pytest.fixture
def world(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """一份拷贝;命令用它。"""
    monkeypatch.chdir(tmp_path)
    for field in Settings.model_fields:
        monkeypatch.delenv(f"EHR_{field.upper()}", raising=False)
    path = tmp_path / "ehr.sqlite3"
    path.write_bytes(built.read_bytes())
    monkeypatch.setenv("EHR_DATABASE_URL", f"sqlite:///{path}")
    return World(Store(f"sqlite:///{path}"))


def ehr(capsys: Captured, *words: str) -> tuple[int, str, str]:
    code = cli.main(list(words))
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    return code, said.out, said.err


def test_accounts_then_the_bank_file(world: World, tmp_path: Path, capsys: Captured) -> None:
    table = tmp_path / "账户.xlsx"
    table.write_bytes(book([list(ACCOUNT_HEAD), *accounts_of(world, ("liming", "zhangsan"))]))
    code, out, _ = ehr(capsys, "export", "accounts", str(table), "--as", "陈静")
    assert (code, "收款账户 2 个" in out) == (0, True)
    words = ("export", "bank", "--month", "2026-10", "--as", "chenjing", "--to", str(tmp_path), "--json")
    code, _, err = ehr(capsys, *words)
    assert (code, "csv-gbk" in err) == (2, True)
    code, out, _ = ehr(capsys, *words, "--layout", "csv-gbk")
    told = json.loads(out)
    path = Path(told["path"])
    assert code == 0 and account(2) in path.read_bytes().decode("gbk") and account(2) not in out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    kept = slips(world, 1)
    assert told["export"]["totals"][0] == ["笔数", "2"] and len(told["export"]["left_out"]) == 7
    assert f"{kept['liming']['net'] + kept['zhangsan']['net']:,}"[-2:] == told["export"]["totals"][1][1][-2:]
    code, _, err = ehr(capsys, *words, "--layout", "csv-gbk")
    assert (code, "请写明理由" in err) == (1, True)
    code, out, _ = ehr(capsys, *words, "--layout", "csv-gbk", "--reason", "银行退回")
    assert json.loads(out)["path"].endswith("代发-2026-11-csv-gbk(2).csv")
    code, out, _ = ehr(capsys, "export", "list", "--month", "2026-10", "--as", "周军")
    assert code == 0 and "理由:银行退回" in out and account(2) not in out


def test_every_report_and_who_may(world: World, tmp_path: Path, capsys: Captured) -> None:
    for kind in ("sheet", "insurance", "voucher", "cost"):
        code, out, err = ehr(capsys, "export", kind, "--month", "2026-10", "--as", "陈静", "--to", str(tmp_path))
        assert code == 0 and "SHA-256" in out, err
    assert {path.suffix for path in tmp_path.glob("*2026*")} == {".xlsx"}
    assert ehr(capsys, "export", "sheet", "--month", "2026-10", "--as", "李明")[0] == 1
    assert ehr(capsys, "export", "sheet", "--month", "2026-10", "--as", "陈静", "--to", str(tmp_path / "no"))[0] == 2
    assert ehr(capsys, "export", "tax", "--month", "2026-10", "--as", "陈静")[0] == 1


def test_the_clients_result_is_compared(world: World, tmp_path: Path, capsys: Captured) -> None:
    table = tmp_path / "结果.xlsx"
    table.write_bytes(book([["工号", "姓名", "本期收入", "应补(退)税额"], ["liming", "李明", "11370.00", "138.60"]]))
    code, out, _ = ehr(capsys, "export", "check", str(table), "--month", "2026-10", "--as", "陈静")
    assert code == 1 and "8 处不同" in out and "李明" not in out and "客户端没有这个人" in out


def test_doctor_says_who_has_no_account_and_whether_pdf_works(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, now = Settings(), datetime(2026, 11, 23, tzinfo=UTC)
    found = list(exports(settings, now))
    assert [one.level for one in found] == ["ok", "ok", "warn"]
    assert "等 9 人" in found[2].what and "ehr export accounts" in found[2].mend
    monkeypatch.setattr(out_slip, "typst", None)
    missing = list(exports(settings, now))[1]
    assert missing.level == "warn" and "dingehr[pdf]" in missing.mend
    monkeypatch.setenv("EHR_DATABASE_URL", f"sqlite:///{tmp_path / 'none.sqlite3'}")
    assert len(list(exports(Settings(), now))) == 2
