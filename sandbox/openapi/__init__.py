"""开放接口 openapi:两族 OpenAPI 的形状与回答。"""
