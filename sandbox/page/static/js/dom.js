/**
 * 造元素 dom:页面里所有元素都从这里来,只写 textContent,不拼 HTML。
 */

const SPRITE = "/_sandbox/static/icons.svg#";
const SVG = "http://www.w3.org/2000/svg";

/**
 * 造一个元素。props:class、dataset、on(事件表)、style(CSS 变量表)、其余按属性写;值为 null/false 则不写。
 * @param {string} tag
 * @param {Record<string, unknown>} [props]
 * @param {...unknown} kids 元素、文字、数组;null/false 略去
 */
export function h(tag, props = {}, ...kids) {
  const el = document.createElement(tag);
  for (const [key, value] of Object.entries(props ?? {})) setProp(el, key, value);
  el.append(...flat(kids));
  return el;
}

function setProp(el, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (key === "class") el.className = value;
  else if (key === "on") for (const [name, fn] of Object.entries(value)) el.addEventListener(name, fn);
  else if (key === "dataset") Object.assign(el.dataset, value);
  else if (key === "style") for (const [name, v] of Object.entries(value)) el.style.setProperty(name, v);
  else if (key === "value") el.value = value;
  else el.setAttribute(key, value === true ? "" : String(value));
}

function flat(kids) {
  return kids.flat(Infinity).filter((kid) => kid !== null && kid !== undefined && kid !== false);
}

/** 用新内容换掉旧内容。 */
export function fill(el, ...kids) {
  el.replaceChildren(...flat(kids));
  return el;
}

/** 内容没变就不重画:免得丢焦点,也免得按下到松开之间元素被换掉。key 是要画的内容的文字。 */
export function unchanged(el, key) {
  if (el.dataset.drawn === key) return true;
  el.dataset.drawn = key;
  return false;
}

/** 图标:取自 icons.svg,颜色随文字;只作装饰,读屏略过。 */
export function icon(name, cls = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon ${cls}`.trim());
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("viewBox", "0 0 24 24");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", SPRITE + name);
  svg.append(use);
  return svg;
}

/** 只有图标的按钮:label 给读屏,也作提示。 */
export function iconButton(name, label, onClick, cls = "") {
  return h("button", { type: "button", class: `icon-btn ${cls}`.trim(), "aria-label": label, title: label, on: { click: onClick } }, icon(name));
}

/** 屏幕下方(或上方)一句话,几秒后自己走。tone:info | bad | good。 */
export function toast(text, tone = "info") {
  const box = document.getElementById("toasts");
  const item = h("div", { class: `toast toast-${tone}` }, text);
  box.append(item);
  while (box.children.length > 2) box.firstElementChild.remove();
  setTimeout(() => item.classList.add("leaving"), 4200);
  setTimeout(() => item.remove(), 4600);
}
