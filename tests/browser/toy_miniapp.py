"""玩具小程序 toy mini-app:给聊天页的测试用。登录走 dd.requestAuthCode,CSP 与真的一样严。"""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_PAGE = '<!doctype html><html lang="zh-CN"><head><title>{title}</title>{head}</head><body><h1>{title}</h1>{body}</body></html>'
_ENTER = """dd.requestAuthCode({corpId: "c", clientId: "i", onSuccess: ({code}) => {
  fetch("/m/login?code=" + code).then(() => location.replace(new URLSearchParams(location.search).get("to")));
}});"""
_NEXT = '<p><a id="next" href="/m/two">下一页</a></p>'


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """五种:入口、入口的脚本、登录、第二页、其余。"""
        path = urlsplit(self.path).path
        if path == "/m/static/enter.js":
            self._send("text/javascript; charset=utf-8", _ENTER)
        elif path == "/m/enter":
            self._send(
                "text/html; charset=utf-8",
                _PAGE.format(title="登录中", head='<script src="/m/static/enter.js" defer></script>', body=""),
            )
        elif path == "/m/login":
            self._send("text/plain; charset=utf-8", "好", cookie="toy_code=1; Path=/m; HttpOnly")
        elif path == "/m/two":
            self._send("text/html; charset=utf-8", _PAGE.format(title="第二页", head="", body=""))
        else:
            cookie = "toy_code=" in self.headers.get("Cookie", "")
            who = "已登录" if cookie else "没登录"
            self._send(
                "text/html; charset=utf-8", _PAGE.format(title="工资条", head="", body=f'<p id="who">{who}</p>{_NEXT}')
            )

    def _send(self, kind: str, text: str, cookie: str = "") -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", "default-src 'self'")
        if cookie:
            self.send_header("Set-Cookie", cookie)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """安静。"""


class ToyMiniapp:
    """开在空闲端口上的小程序。"""

    def __init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, name="toy-miniapp", daemon=True)

    @property
    def base(self) -> str:
        """http://127.0.0.1:端口"""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        """开始服务。"""
        self._thread.start()

    def stop(self) -> None:
        """停下并放开端口。"""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)
