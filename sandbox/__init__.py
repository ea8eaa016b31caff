"""沙箱 sandbox:一个外来的钉钉(Stream 网关、OpenAPI、聊天页),与我们的代码互不导入。"""
