/**
 * 聊天窗 chat:会话头、消息流、时间分隔、贴底滚动;消息按编号就地更新,不整页重画。
 */
import { conversationAvatar } from "./avatar.js";
import { awakeBar } from "./awake.js";
import { messageRow, updateRow } from "./bubble.js";
import { composer } from "./composer.js";
import { fill, h, icon, iconButton } from "./dom.js";
import { box, conversation, now, on, set, state } from "./store.js";
import { separator } from "./time.js";
import { welcome } from "./welcome.js";

const GAP = 5 * 60_000;
const NEAR = 120;

/** 元素按消息编号记住:id → {el, stamp}。 */
const rows = new Map();
let flow = null;
let newer = null;
let writing = null;

/** 画当前会话的窗;返回要放进 stage 的元素。 */
export function chatView() {
  const conv = conversation(state.conv);
  rows.clear();
  flow = null;
  if (!state.me) return welcome();
  if (!conv) return h("div", { class: "stage-empty" }, icon("logo"), h("p", {}, "选一个会话，开始聊吧"));
  flow = h("div", { class: "flow", role: "log", "aria-live": "polite", "aria-label": "聊天记录", tabindex: "0", on: { scroll: hideNewer } });
  const solo = conv.type === "1" && conv.id !== "notices";
  newer = h("button", { type: "button", class: "newer", hidden: true, on: { click: toBottom } }, "有新消息 ↓");
  writing = conv.id === "notices" ? h("p", { class: "readonly" }, "工作通知只看不回。要回复，请到机器人的会话里说。") : composer();
  const view = h("section", { class: "chat", "aria-label": conv.title }, head(conv), conv.id !== "notices" && awakeBar(), h("div", { class: "flow-wrap" }, solo && greeting(conv), flow, newer), writing);
  draw();
  queueMicrotask(toBottom);
  return view;
}

/** 空会话里的一句招呼;样式里只在没有消息时显示。 */
function greeting(conv) {
  return h("div", { class: "greeting" }, conversationAvatar(conv, "large"), h("p", { class: "greeting-name" }, `我是${conv.title}`),
    h("p", {}, "请假、查工资条、看考勤和绩效、报名培训，直接说就行。"));
}

function head(conv) {
  const group = conv.type === "2" && conv.id !== "notices";
  return h("header", { class: "chat-head" },
    iconButton("back", "返回会话列表", () => set({ screen: "list", conv: null }), "only-narrow"),
    conversationAvatar(conv, "small"),
    h("div", { class: "chat-name" }, h("h2", {}, conv.title, group ? `(${conv.members?.length ?? 0})` : ""), h("p", {}, subtitle(conv, group))),
    iconButton("sandbox", "沙箱控制台", () => set({ drawer: state.drawer === "sandbox" ? "none" : "sandbox" })));
}

function subtitle(conv, group) {
  if (conv.id === "notices") return "企业内应用发来的通知";
  return group ? "群里说话会自动 @ 机器人" : "企业内部机器人";
}

export function mountChat() {
  on(["messages"], draw);
}

function draw() {
  if (!flow || !state.conv) return;
  const atBottom = flow.scrollHeight - flow.scrollTop - flow.clientHeight < NEAR;
  const before = rows.size;
  const mine = box(state.conv);
  lay(sequence(mine.list));
  flow.parentElement?.parentElement?.classList.toggle("fresh", mine.ready && mine.list.length === 0);
  const own = mine.list.at(-1)?.pending;
  if (atBottom || own) toBottom();
  else if (rows.size > before) newer.hidden = false;
}

/** 消息与时间分隔排成一列元素。 */
function sequence(list) {
  const wanted = [];
  let last = -Infinity;
  for (const message of list) {
    const at = Date.parse(message.at);
    if (Math.abs(at - last) > GAP) wanted.push(h("div", { class: "stamp" }, h("time", { datetime: message.at }, separator(at, now()))));
    last = at;
    wanted.push(rowOf(message));
  }
  const alive = new Set(list.map((m) => m.id));
  for (const id of rows.keys()) if (!alive.has(id)) rows.delete(id);
  return wanted;
}

const stampOf = (m) => `${m.rev ?? 0}/${m.updated_at ?? ""}/${m.pending ? "p" : ""}${m.failed ? "f" : ""}`;

function rowOf(message) {
  const known = rows.get(message.id);
  const stamp = stampOf(message);
  if (!known) {
    const el = messageRow(message);
    rows.set(message.id, { el, stamp });
    return el;
  }
  if (known.stamp !== stamp) {
    updateRow(known.el, message);
    known.stamp = stamp;
  }
  return known.el;
}

/** 只动该动的节点:已在原位的不搬,免得丢焦点和动画。 */
function lay(wanted) {
  const kept = new Set(wanted);
  for (const old of [...flow.children]) if (!kept.has(old)) old.remove();
  wanted.forEach((el, n) => {
    if (flow.children[n] !== el) flow.insertBefore(el, flow.children[n] ?? null);
  });
}

function toBottom() {
  if (!flow) return;
  flow.scrollTop = flow.scrollHeight;
  newer.hidden = true;
}

function hideNewer() {
  if (flow.scrollHeight - flow.scrollTop - flow.clientHeight < NEAR) newer.hidden = true;
}
