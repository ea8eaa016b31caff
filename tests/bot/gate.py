"""小网关 gate:一个说 Stream 协议的 WebSocket,给看护长连接的测试用;票随便给,连上的都记着。"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Mapping
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve


class Gate:
    """开在空闲端口上的网关。"""

    def __init__(self) -> None:
        self.connections: list[ServerConnection] = []
        self.acks: queue.Queue[dict[str, Any]] = queue.Queue()
        self.asked: list[Mapping[str, Any]] = []
        self.trouble: list[Exception | Any] = []
        """要票时先给出的坏结果,用完才给真的。"""
        self._server = serve(self._serve, "127.0.0.1", 0)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Gate:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        for connection in self.connections:
            connection.close()
        self._thread.join(5)

    def open_connection(self, body: Mapping[str, Any]) -> Any:
        self.asked.append(body)
        if self.trouble:
            bad = self.trouble.pop(0)
            if isinstance(bad, Exception):
                raise bad
            return bad
        port = self._server.socket.getsockname()[1]
        return {"endpoint": f"ws://127.0.0.1:{port}/connect", "ticket": "t"}

    def _serve(self, connection: ServerConnection) -> None:
        self.connections.append(connection)
        try:
            for text in connection:
                self.acks.put(json.loads(text))
        except ConnectionClosed:
            return

    def send(self, frame: Mapping[str, Any], to: int = -1) -> None:
        self.connections[to].send(json.dumps(frame))

    def ack(self) -> dict[str, Any]:
        """下一份应答,data 已解开。"""
        found = self.acks.get(timeout=8)
        return found | {"data": json.loads(found["data"])}

    def open_ones(self) -> int:
        return sum(1 for one in self.connections if one.close_code is None)


def system(topic: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """系统帧:ping、disconnect。"""
    headers = {"messageId": "s1", "time": "1", "topic": topic, "contentType": "application/json"}
    return {"specVersion": "1.0", "type": "SYSTEM", "headers": headers, "data": json.dumps(data)}
