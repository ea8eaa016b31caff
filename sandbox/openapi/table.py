"""接口总表 table:沙箱会答的 OpenAPI,一张明表。"""

from __future__ import annotations

from sandbox.openapi import cards, contacts, messages, token
from sandbox.openapi.endpoint import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = (
    *token.ENDPOINTS,
    *contacts.ENDPOINTS,
    *messages.ENDPOINTS,
    *cards.ENDPOINTS,
)
