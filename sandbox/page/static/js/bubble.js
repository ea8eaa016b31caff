/**
 * 气泡 bubble:一条消息的样子(文字、语音、图片、卡片、按钮卡、工作通知)。
 */
import { botAvatar, iconAvatar, personAvatar } from "./avatar.js";
import { cardElement, updateCard } from "./card.js";
import { fill, h, icon, iconButton } from "./dom.js";
import { follow } from "./links.js";
import { markdown, plainText } from "./markdown.js";
import { deliverAgain, explain, resend } from "./sync.js";
import { box, conversation, person, state } from "./store.js";

/** 一条消息的整行。 */
export function messageRow(message) {
  const row = h("div", { class: "msg", dataset: { id: message.id } });
  return paint(row, message);
}

/** 消息变了:卡片就地换内容,其余整行重画。 */
export function updateRow(row, message) {
  const card = row.querySelector(".card");
  if (message.card && card) {
    row.dataset.id = message.id;
    updateCard(card, message.card);
    return row;
  }
  return paint(row, message);
}

const isMine = (message) => !message.from?.bot && message.from?.userid === state.me;

function paint(row, message) {
  const mine = isMine(message);
  row.className = mine ? "msg mine" : "msg";
  row.dataset.id = message.id;
  return fill(row, face(message), h("div", { class: "msg-main" }, sender(message, mine), h("div", { class: "msg-line" }, content(message), mine && marks(message))));
}

function face(message) {
  if (state.conv === "notices") return iconAvatar("bell", "notice");
  return message.from?.bot ? botAvatar() : personAvatar(person(message.from?.userid) ?? message.from);
}

function sender(message, mine) {
  if (mine || state.conv === "notices") return null;
  const name = message.from?.name ?? person(message.from?.userid)?.name ?? conversation(state.conv)?.title ?? "";
  return h("div", { class: "msg-from" }, name, message.from?.bot && h("span", { class: "tag" }, "机器人"));
}

function marks(message) {
  if (message.failed) return h("button", { type: "button", class: "msg-failed", on: { click: () => resend(message) } }, "未发出，点此重发");
  if (message.pending) return h("span", { class: "msg-pending", role: "status", "aria-label": "正在发送" });
  return iconButton("again", "同一条再投递一次", () => deliverAgain(message).catch(explain), "msg-again");
}

function content(message) {
  if (message.card) return cardElement(message.card);
  const make = { audio: voice, picture, actionCard, notice, oa: notice, link: linkCard, file, markdown: rich }[message.kind] ?? plain;
  return make(message);
}

function plain(message) {
  return h("div", { class: "bubble" }, quoted(message), h("div", { class: "plain" }, mention(message), plainText(message.text)));
}

/** 群里人说的话都 @ 了机器人。 */
function mention(message) {
  if (message.from?.bot || conversation(state.conv)?.type !== "2") return null;
  return [h("span", { class: "mention" }, `@${appName()}`), " "];
}

function rich(message) {
  return h("div", { class: "bubble" }, quoted(message), markdown(message.text));
}

/** 群里回复谁的哪句话。 */
function quoted(message) {
  const to = message.reply_to && conversation(state.conv)?.type === "2" ? box(state.conv).list.find((m) => m.id === message.reply_to) : null;
  if (!to) return null;
  const name = person(to.from?.userid)?.name ?? to.from?.name ?? "";
  return h("div", { class: "quoted" }, `回复 ${name}：${String(to.text ?? "").slice(0, 40)}`);
}

function voice(message) {
  const words = message.text === "[audio]" ? "" : message.text || "";
  const seconds = Math.min(60, Math.max(1, Math.ceil([...words].length / 4)));
  return h("div", { class: "bubble voice" },
    h("div", { class: "voice-bar" }, icon("voice"), h("span", {}, `${seconds}″`)),
    words && h("div", { class: "voice-words" }, words));
}

function picture() {
  return h("div", { class: "bubble picture" }, h("img", { src: "/_sandbox/static/picture.svg", alt: "模拟的图片", width: "200", height: "140" }));
}

function file(message) {
  return h("div", { class: "bubble file" }, icon("file"), h("span", {}, message.title || message.text || "文件"));
}

function actionCard(message) {
  return h("article", { class: "card", dataset: { tone: "info" }, "aria-label": message.title },
    message.title && !startsWithTitle(message) && h("header", { class: "card-head" }, h("h3", { class: "card-title" }, message.title)),
    h("div", { class: "card-body" }, markdown(message.text)),
    linkButtons(message));
}

/** 正文第一行就是标题时不写两遍。 */
function startsWithTitle(message) {
  const first = String(message.text ?? "").trimStart().split("\n")[0].replace(/^#+\s*|\*\*/g, "").trim();
  return first === String(message.title).trim();
}

function linkButtons(message) {
  const buttons = message.buttons ?? [];
  if (buttons.length === 0) return null;
  const wide = buttons.length > 3 || buttons.some((b) => b.text.length > 6);
  return h("div", { class: wide ? "card-buttons stacked" : "card-buttons" },
    buttons.map((b) => h("button", { type: "button", class: "btn btn-normal", on: { click: () => follow(b.url) } }, b.text)));
}

/** 通知由哪个应用发的:与机器人同名。 */
const appName = () => state.conversations.find((c) => c.type === "1" && c.id !== "notices")?.title ?? "人事助手";

function notice(message) {
  const single = !(message.buttons ?? []).length && message.link;
  return h("article", { class: "card notice", dataset: { tone: "info" }, "aria-label": message.title || "工作通知" },
    h("div", { class: "notice-app" }, icon("bell"), appName()),
    message.title && !startsWithTitle(message) && h("header", { class: "card-head" }, h("h3", { class: "card-title" }, message.title)),
    noticeFields(message),
    message.text && h("div", { class: "card-body" }, markdown(message.text)),
    linkButtons(message),
    single && h("button", { type: "button", class: "card-link", on: { click: () => follow(message.link) } }, "查看详情", icon("right")));
}

/** OA 工作通知的表单行。 */
function noticeFields(message) {
  const fields = message.fields ?? [];
  return fields.length > 0 && h("dl", { class: "card-fields" }, fields.map((f) => h("div", { class: "card-field" }, h("dt", {}, f.k ?? f.key), h("dd", {}, f.v ?? f.value))));
}

function linkCard(message) {
  return h("button", { type: "button", class: "card link-card", on: { click: () => follow(message.link) } },
    h("span", { class: "card-title" }, message.title), h("span", { class: "link-text" }, message.text));
}
