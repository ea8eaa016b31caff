/**
 * 外框 shell:左边的窄栏、上边的标题栏(沙箱时间、现在是谁)。
 */
import { personAvatar } from "./avatar.js";
import { fill, h, icon, unchanged } from "./dom.js";
import { quickBar } from "./quick.js";
import { me, now, on, set, state } from "./store.js";
import { short } from "./time.js";

const TABS = [
  { id: "chat", label: "消息", icon: "chat" },
  { id: "work", label: "工作台", icon: "work" },
  { id: "contacts", label: "通讯录", icon: "contacts" },
];

export function mountShell() {
  drawRail();
  drawTop();
  on(["tab", "conversations", "me", "drawer"], drawRail);
  on(["me", "clock", "online"], drawTop);
  setInterval(tick, 1000);
}

function drawRail() {
  const unread = state.conversations.reduce((sum, c) => sum + (c.unread ?? 0), 0);
  const who = me();
  const rail = document.getElementById("rail");
  if (unchanged(rail, [unread, who?.userid, state.tab, state.drawer === "sandbox"].join())) return;
  fill(rail,
    h("button", { type: "button", class: "rail-me", "aria-label": who ? `现在是${who.name}，点此换人` : "选一个人", on: { click: showPeople } }, who ? personAvatar(who) : h("span", { class: "avatar av-none" }, icon("user"))),
    TABS.map((tab) => railButton(tab, tab.id === state.tab, () => set({ tab: tab.id, screen: "list" }), tab.id === "chat" ? unread : 0)),
    h("span", { class: "rail-space" }),
    railButton({ label: "沙箱", icon: "sandbox" }, state.drawer === "sandbox", () => set({ drawer: state.drawer === "sandbox" ? "none" : "sandbox" }), 0));
}

function railButton(tab, current, go, count) {
  return h("button", { type: "button", class: current ? "rail-btn current" : "rail-btn", "aria-current": current && tab.id ? "page" : null, on: { click: go } },
    h("span", { class: "rail-icon" }, icon(tab.icon), count > 0 && h("span", { class: "badge", "aria-label": `${count} 条未读` }, count > 99 ? "99+" : count)),
    h("span", { class: "rail-label" }, tab.label));
}

function showPeople() {
  set({ drawer: "sandbox" });
  document.getElementById("people-search")?.focus();
}

let quick = null;

function drawTop() {
  const who = me();
  const top = document.getElementById("top");
  quick ??= quickBar();
  tick();
  if (unchanged(top, [who?.userid, state.online].join())) return;
  fill(top,
    h("span", { class: "top-brand" }, icon("logo"), h("span", {}, "钉钉"), h("span", { class: "tag tag-sandbox" }, "沙箱")),
    h("button", { type: "button", class: "top-clock", title: "沙箱时间，点此调整", on: { click: () => set({ drawer: "sandbox" }) } }, icon("clock"), h("span", { id: "top-time" }, short(now()))),
    h("span", { class: "top-space" }),
    !state.online && h("span", { class: "top-off", role: "status" }, "与沙箱断开，正在重连…"),
    who && h("span", { class: "top-who" }, `${who.name} · ${who.dept} · ${who.title}`),
    quick);
}

/** 钟只改文字,不重画。 */
function tick() {
  const time = document.getElementById("top-time");
  if (time && time.textContent !== short(now())) time.textContent = short(now());
}
