"""作业 jobs:长的、要反复的事(拉取一个来源、投递一封发件、到点的日常)在 DBOS 上做,断了能接着做。

一个编号只做一次;正确与否不靠作业引擎:每一步都经办事台,重做一遍什么也不变。
SQLite 时引擎用自己的库文件;PostgreSQL 时几个副本合用,死了的副本的作业由别的副本接着做。
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dbos import DBOS, DBOSConfig, SetWorkflowID

Job = Callable[[str], None]
"""一种作业:参数是一段文字。"""

VERSION = "1"
"""步骤不兼容时才加一;默认的源码摘要会让改动前的作业搁浅。"""
SYNC, PUSH = "ehr-sync", "ehr-push"
log = logging.getLogger("ehr.jobs")

_table: dict[str, Job] = {}


@DBOS.step(name="ehr.step")
def _step(name: str, argument: str) -> None:
    _table[name](argument)


@DBOS.workflow(name="ehr.job")
def _job(name: str, argument: str) -> None:
    _step(name, argument)


@dataclass(frozen=True, slots=True)
class JobSettings:
    """作业引擎的设置:database_url 我们的库;state_dir 放引擎自己的 SQLite;executor_id 副本名;qps 每秒投递几封。"""

    database_url: str
    state_dir: Path
    executor_id: str
    qps: int = 20


class Jobs:
    """作业:launch 之后可以 start;stop 之后什么都不再跑。"""

    def __init__(self, settings: JobSettings, table: Mapping[str, Job]) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._up = False
        _table.clear()
        _table.update(table)

    def launch(self) -> None:
        """启动引擎,登记两条队列:同步一次一件(按先后),投递按钉钉的限速。"""
        DBOS(config=_config(self._settings))
        DBOS.launch()
        for name in ("dbos", "alembic", "apscheduler"):
            logging.getLogger(name).setLevel(logging.WARNING)
        DBOS.register_queue(SYNC, worker_concurrency=1, polling_interval_sec=0.2)
        DBOS.register_queue(
            PUSH,
            worker_concurrency=8,
            limiter={"limit": self._settings.qps, "period": 1.0},
            polling_interval_sec=0.1,
        )
        self._up = True

    def start(self, job_id: str, name: str, argument: str = "", queue: str = SYNC) -> None:
        """开一件作业;同一编号再开什么也不发生。"""
        with self._lock:
            if not self._up:
                return
        with SetWorkflowID(job_id):
            DBOS.enqueue_workflow(queue, _job, name, argument)

    def adopt(self, executor_ids: list[str]) -> int:
        """接手死了的副本没做完的作业;返回接了几件。"""
        if not executor_ids:
            return 0
        left = DBOS.list_workflows(status="PENDING", executor_id=executor_ids)
        for one in left:
            DBOS.resume_workflow(one.workflow_id)
        return len(left)

    def adopt_all(self) -> int:
        """单机(SQLite)重启:上一个进程已经没了,它没做完的都接过来,不等心跳过期。"""
        left = [one for one in DBOS.list_workflows(status="PENDING") if one.executor_id != self._settings.executor_id]
        for one in left:
            DBOS.resume_workflow(one.workflow_id)
        return len(left)

    def stop(self) -> None:
        """停下:不再开新的,手上的做完为止(最多五秒)。"""
        with self._lock:
            if not self._up:
                return
            self._up = False
        DBOS.destroy(workflow_completion_timeout_sec=5)


def _config(settings: JobSettings) -> DBOSConfig:
    if settings.database_url.startswith("sqlite"):
        settings.state_dir.mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{(settings.state_dir / 'jobs.sqlite3').as_posix()}"
    else:
        url = settings.database_url.replace("postgresql+psycopg://", "postgresql://")
    return {
        "name": "dingehr",
        "system_database_url": url,
        "application_version": VERSION,
        "executor_id": settings.executor_id,
        "log_level": "WARNING",
        "console_log_level": "WARNING",
    }
