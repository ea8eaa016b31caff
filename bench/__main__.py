"""量一量的入口 bench:`python -m bench chat|pay …`(`ehr bench …` 就是它)。"""

from __future__ import annotations

import sys

from bench import chat, pay

TABLE = {"chat": chat.main, "pay": pay.main}

if __name__ == "__main__":
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    if word not in TABLE:
        print(f"请说明量什么:{'、'.join(TABLE)}。例如 ehr bench pay --people 10000 --json", file=sys.stderr)
        sys.exit(2)
    sys.exit(TABLE[word](sys.argv[2:]))
