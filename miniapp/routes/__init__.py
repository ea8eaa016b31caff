"""页面的路由 routes:一个名词一个文件;全部列在 miniapp/server.py 的表里。"""
