/**
 * 头像 avatar:彩色圆角方块,写名字的后两个字;机器人、群、工作通知用图标。
 */
import { h, icon } from "./dom.js";

const COLOURS = 8;

/** 同一个人永远同一种颜色。 */
function colourOf(key) {
  let sum = 2166136261;
  for (const ch of key) sum = Math.imul(sum ^ ch.codePointAt(0), 16777619) >>> 0;
  return (sum >>> 5) % COLOURS;
}

export function personAvatar(person, size = "") {
  const name = person?.name ?? "?";
  return h("span", { class: `avatar ${size} av-${colourOf(person?.userid ?? name)}`, "aria-hidden": "true" }, name.slice(-2));
}

export function iconAvatar(name, kind, size = "") {
  return h("span", { class: `avatar ${size} av-${kind}`, "aria-hidden": "true" }, icon(name));
}

export const botAvatar = (size = "") => iconAvatar("bot", "bot", size);

/** 会话的头像。 */
export function conversationAvatar(conv, size = "") {
  if (conv.id === "notices") return iconAvatar("bell", "notice", size);
  return conv.type === "2" ? iconAvatar("group", "group", size) : botAvatar(size);
}
