/**
 * 轻量 Markdown:钉钉消息用到的那一小部分(标题、粗体、列表、引用、链接、换行),只造文本节点,不认 HTML。
 */
import { h } from "./dom.js";
import { linkElement } from "./links.js";

const INLINE = /\*\*(.+?)\*\*|!\[([^\]]*)\]\([^)]*\)|\[([^\]]+)\]\(([^)\s]+)\)|`([^`]+)`|(https?:\/\/[^\s)<>，。；、）》]+)/g;
const TAGS = /<\/?(?:font|span|b|strong|p|div)\b[^>]*>/gi;

/** 一段 Markdown → 元素。 */
export function markdown(text) {
  const root = h("div", { class: "md" });
  const lines = clean(text).split("\n");
  for (let i = 0; i < lines.length; ) i = block(root, lines, i);
  return root;
}

/** 一行里的粗体、链接、代码 → 节点列表。 */
export function inline(text) {
  const out = [];
  let last = 0;
  for (const m of text.matchAll(INLINE)) {
    if (m.index > last) out.push(text.slice(last, m.index));
    out.push(token(m));
    last = m.index + m[0].length;
  }
  if (last < text.length) out.push(text.slice(last));
  return out;
}

/** 纯文字消息:不认 Markdown,只把网址变成链接,换行照旧。 */
export function plainText(text) {
  return String(text ?? "").split("\n").flatMap((line, n) => (n ? [h("br"), ...addresses(line)] : addresses(line)));
}

function addresses(line) {
  return line.split(/((?:https?|dtmd|dingtalk):\/\/[^\s)<>，。；、）》]+)/).map((part, n) => (n % 2 ? linkElement(part, part) : part));
}

function token([whole, bold, image, label, url, code]) {
  if (bold !== undefined) return h("strong", {}, inline(bold));
  if (image !== undefined) return h("span", { class: "md-image" }, `[图片${image ? ":" + image : ""}]`);
  if (label !== undefined) return linkElement(url, label);
  if (code !== undefined) return h("code", {}, code);
  return linkElement(whole, whole);
}

function clean(text) {
  return String(text ?? "").replace(/\r\n?/g, "\n").replace(/<br\s*\/?>/gi, "\n").replace(TAGS, "");
}

/** 从第 i 行起认一块,返回下一块的行号。 */
function block(root, lines, i) {
  const line = lines[i].trimEnd();
  if (!line.trim()) return i + 1;
  const heading = /^\s{0,3}(#{1,6})\s+(.*)$/.exec(line);
  if (heading) {
    const level = Math.min(heading[1].length, 4);
    root.append(h("p", { class: `md-h md-h${level}`, role: "heading", "aria-level": String(level + 2) }, inline(heading[2])));
    return i + 1;
  }
  if (/^\s*(-{3,}|\*{3,})\s*$/.test(line)) {
    root.append(h("hr"));
    return i + 1;
  }
  if (/^\s*>/.test(line)) return gather(root, lines, i, /^\s*>\s?(.*)$/, quote);
  if (/^\s*[-*+]\s+/.test(line)) return gather(root, lines, i, /^\s*[-*+]\s+(.*)$/, list("ul"));
  if (/^\s*\d+[.、)]\s+/.test(line)) return gather(root, lines, i, /^\s*\d+[.、)]\s+(.*)$/, list("ol"));
  return paragraph(root, lines, i);
}

function gather(root, lines, i, pattern, make) {
  const items = [];
  for (let m; i < lines.length && (m = pattern.exec(lines[i])); i++) items.push(m[1]);
  root.append(make(items));
  return i;
}

const list = (tag) => (items) => h(tag, {}, items.map((item) => h("li", {}, inline(item))));
const quote = (items) => h("blockquote", {}, broken(items));

function paragraph(root, lines, i) {
  const kept = [];
  const stop = /^\s*(#{1,6}\s|>|[-*+]\s|\d+[.、)]\s)/;
  for (; i < lines.length && lines[i].trim() && (kept.length === 0 || !stop.test(lines[i])); i++) kept.push(lines[i].trim());
  root.append(h("p", {}, broken(kept)));
  return i;
}

function broken(lines) {
  return lines.flatMap((line, n) => (n ? [h("br"), ...inline(line)] : inline(line)));
}
