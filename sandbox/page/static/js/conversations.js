/**
 * 会话列表 conversations:头像、名字、最后一句、时间、未读数。
 */
import { conversationAvatar } from "./avatar.js";
import { fill, h, icon, unchanged } from "./dom.js";
import { now, on, state } from "./store.js";
import { explain, openConversation } from "./sync.js";
import { listTime } from "./time.js";

const KIND_WORDS = { picture: "[图片]", audio: "[语音]", card: "[卡片]", file: "[文件]", oa: "[工作通知]", richText: "[图文]" };

let wanted = "";

export function mountConversations() {
  const search = h("input", {
    type: "search", class: "side-search", placeholder: "搜索", "aria-label": "搜索会话", autocomplete: "off",
    on: { input: (e) => { wanted = e.target.value.trim(); draw(list); } },
  });
  const list = h("div", { class: "conv-list", role: "list" });
  fill(document.getElementById("side"),
    h("div", { class: "side-head" }, h("h1", { class: "side-title" }, "消息"), h("label", { class: "search-box" }, icon("search"), search)),
    list);
  on(["conversations", "conv", "me", "clock"], () => draw(list));
  draw(list);
}

function draw(list) {
  if (!state.me) {
    list.dataset.drawn = "";
    fill(list, h("p", { class: "empty-note" }, "先选一个人，会话就会出现在这里。"));
    return;
  }
  const shown = state.conversations.filter((c) => !wanted || c.title.includes(wanted) || lastWords(c.last).includes(wanted));
  const key = JSON.stringify([wanted, state.conv, shown.map((c) => [c.id, c.title, c.unread, lastLine(c), c.last && listTime(Date.parse(c.last.at), now())])]);
  if (unchanged(list, key)) return;
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.conv : null;
  fill(list, shown.length ? shown.map(row) : h("p", { class: "empty-note" }, wanted ? "没有找到相符的会话。" : "还没有会话。"));
  if (focused) list.querySelector(`[data-conv="${CSS.escape(focused)}"]`)?.focus();
}

function row(conv) {
  const current = conv.id === state.conv;
  const unread = conv.unread ?? 0;
  return h("div", { role: "listitem" },
    h("button", {
      type: "button", class: current ? "conv current" : "conv", dataset: { conv: conv.id }, "aria-current": current ? "true" : null,
      on: { click: () => open(conv.id) },
    },
    h("span", { class: "conv-face" }, conversationAvatar(conv),
      unread > 0 && h("span", { class: "badge", "aria-label": `${unread} 条未读` }, unread > 99 ? "99+" : unread)),
    h("span", { class: "conv-main" },
      h("span", { class: "conv-line" },
        h("span", { class: "conv-name" }, conv.title), tag(conv),
        h("time", { class: "conv-time" }, conv.last ? listTime(Date.parse(conv.last.at), now()) : "")),
      h("span", { class: "conv-last" }, lastLine(conv)))));
}

/** 点开会话;有真键盘的机器上光标直接到输入框。 */
function open(id) {
  openConversation(id).catch(explain);
  if (matchMedia("(hover: hover) and (pointer: fine)").matches) document.querySelector(".composer-input")?.focus();
}

function tag(conv) {
  if (conv.id === "notices" || conv.type === "2") return null;
  return h("span", { class: "tag" }, "机器人");
}

function lastLine(conv) {
  const words = lastWords(conv.last);
  const from = conv.last?.from;
  if (!words || conv.type !== "2" || from?.userid === state.me) return words;
  return `${from?.name ?? "机器人"}：${words}`;
}

/** 最后一条消息的一行摘要。 */
export function lastWords(message) {
  if (!message) return "";
  const title = message.card?.title ?? message.title ?? "";
  const lead = KIND_WORDS[message.kind] ?? "";
  if (message.kind === "audio" || message.kind === "picture") return lead;
  const text = message.kind === "text" || !title ? message.text ?? "" : title;
  return `${lead}${plain(text)}`.slice(0, 60);
}

const plain = (text) => text.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/^[#>\-*\s]+/gm, "").replace(/\*\*/g, "").replace(/\s+/g, " ").trim();
