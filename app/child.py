"""子进程的入口 child:`python -m app.child 词…` 就是 `ehr 词…`,但父进程一没就跟着停。

父进程给的标准输入是一根从不写字的管子:读到头,就是父进程没了(被强杀也算),这在三种系统上都成立。
"""

from __future__ import annotations

import os
import signal
import sys
import threading

from app.cli import main

PATIENCE = 10.0  # 秒;请自己停下之后最多再等这么久


def follow_parent() -> None:
    """等标准输入断掉,然后请自己停下;到时还没停就强停。"""
    while os.read(0, 4096):  # 不用 sys.stdin:解释器收尾时,它的锁还攥在这个线程手里就会崩
        pass
    last = threading.Timer(PATIENCE, os._exit, args=(1,))
    last.daemon = True
    last.start()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=follow_parent, name="follow-parent", daemon=True).start()
    sys.exit(main(sys.argv[1:]))
