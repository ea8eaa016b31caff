"""网页的门 miniapp:免登、会话、页面(Jinja2 + htmx)与 JSON 接口;只把网页上的话译成命令,交给办事台。"""
