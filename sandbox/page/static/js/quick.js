/**
 * 快速换人 quick:标题栏右边几张小头像,点一下就换;别人那边来了新消息,头像上有红点。
 */
import { api } from "./api.js";
import { personAvatar } from "./avatar.js";
import { fill, h, iconButton } from "./dom.js";
import { enter } from "./session.js";
import { on, person, set, state } from "./store.js";

/** 第一次来最好认识的几位;名单里没有的略去。 */
export const FIRST = [
  { userid: "liming", as: "员工", does: "请假、查工资条、问“为什么”" },
  { userid: "wangfang", as: "主管", does: "批下属的假、看团队目标" },
  { userid: "zhaohui", as: "人事", does: "处理提醒、看考勤异常" },
  { userid: "chenjing", as: "薪酬专员", does: "算薪、复核、发布" },
];

const MOST = 5;
const CALM_MS = 1500;

/** 最近扮演过的人,新的在前。 */
let recent = [];
const unread = new Map();
let timer = null;

export function quickBar() {
  const bar = h("div", { class: "quick", role: "group", "aria-label": "换人" });
  const draw = () => fill(bar, shown().map(face), iconButton("more", "从全部的人里选", choose, "quick-more"));
  const look = () => {
    timer ??= setTimeout(async () => {
      timer = null;
      if (await count()) draw();
    }, CALM_MS);
  };
  on(["me"], () => { remember(); draw(); });
  on(["people"], draw);
  on(["conversations", "messages"], look);
  draw();
  return bar;
}

function remember() {
  if (state.me && !FIRST.some((f) => f.userid === state.me)) recent = [state.me, ...recent.filter((u) => u !== state.me)];
}

function shown() {
  const first = FIRST.map((f) => f.userid);
  return [...first, ...recent.slice(0, MOST - 4)].map(person).filter((p) => p?.active);
}

function face(who) {
  const current = who.userid === state.me;
  const count = current ? 0 : unread.get(who.userid) ?? 0;
  const label = `${current ? "现在是" : "换成"}${who.name}（${who.title}）${count ? `，${count} 条未读` : ""}`;
  return h("button", { type: "button", class: current ? "quick-face current" : "quick-face", dataset: { userid: who.userid }, title: label, "aria-label": label, "aria-pressed": String(current), on: { click: () => enter(who.userid) } },
    personAvatar(who, "tiny"), count > 0 && h("span", { class: "dot", "aria-hidden": "true" }));
}

/** 数一遍别人的未读;有变化返回 true。读不到就等下一次。 */
async function count() {
  let changed = false;
  for (const who of shown()) {
    if (who.userid === state.me) continue;
    try {
      const sum = (await api.conversations(who.userid)).reduce((n, c) => n + (c.unread ?? 0), 0);
      changed ||= sum !== (unread.get(who.userid) ?? 0);
      unread.set(who.userid, sum);
    } catch {
      return changed;
    }
  }
  return changed;
}

function choose() {
  set({ drawer: "sandbox" });
  document.getElementById("people-search")?.focus();
}
