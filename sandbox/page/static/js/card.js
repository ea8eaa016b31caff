/**
 * 卡片 card:标题、状态、字段、正文、理由、按钮;内容变了就地更新,已写的理由不丢。
 */
import { fill, h, icon, toast } from "./dom.js";
import { follow } from "./links.js";
import { markdown } from "./markdown.js";
import { explain, press } from "./sync.js";

const TONES = new Set(["info", "wait", "good", "bad", "mute"]);

/** 新卡片的元素。 */
export function cardElement(card) {
  const el = h("article", { class: "card", dataset: { card: card.id, tone: toneOf(card) }, "aria-label": `${card.title} ${card.state}`.trim() });
  return fill(el, parts(card));
}

/** 就地更新:内容淡入,理由与焦点留着。 */
export function updateCard(el, card) {
  const reason = el.querySelector(".card-reason textarea");
  const kept = reason ? { text: reason.value, focus: document.activeElement === reason } : null;
  el.dataset.tone = toneOf(card);
  el.setAttribute("aria-label", `${card.title} ${card.state}`.trim());
  fill(el, parts(card));
  const next = el.querySelector(".card-reason textarea");
  if (kept && next) {
    next.value = kept.text;
    if (kept.focus) next.focus();
  }
  el.classList.remove("changed");
  void el.offsetWidth;
  el.classList.add("changed");
}

const toneOf = (card) => (TONES.has(card.tone) ? card.tone : "info");

function parts(card) {
  const fields = fieldsOf(card);
  return [
    h("header", { class: "card-head" }, h("h3", { class: "card-title" }, card.title), card.state && h("span", { class: "card-state" }, card.state)),
    fields.length > 0 && h("dl", { class: "card-fields" }, fields.map(({ k, v }) => h("div", { class: "card-field" }, h("dt", {}, k), h("dd", {}, v)))),
    card.body && h("div", { class: "card-body" }, markdown(card.body)),
    card.note && h("p", { class: "card-note" }, card.note),
    card.link_text && card.link_url && linkRow(card),
    reasonBox(card),
    buttonRow(card),
  ];
}

/** fields 正常是列表;也认原样的 JSON 文字。 */
function fieldsOf(card) {
  if (Array.isArray(card.fields)) return card.fields;
  try {
    const parsed = JSON.parse(card.fields || "[]");
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

function linkRow(card) {
  return h("button", { type: "button", class: "card-link", on: { click: () => follow(card.link_url) } }, card.link_text, icon("right"));
}

const buttonsOf = (card) => (card.buttons ?? []).filter((b) => b.text);

function reasonBox(card) {
  if (!card.reason_label || buttonsOf(card).length === 0) return null;
  return h("label", { class: "card-reason" }, h("span", {}, card.reason_label), h("textarea", { rows: "1", maxlength: "200", placeholder: "请输入" }));
}

function buttonRow(card) {
  const buttons = buttonsOf(card);
  if (buttons.length === 0) return null;
  return h("div", { class: "card-buttons" }, buttons.map((b) => h("button", {
    type: "button", class: `btn btn-${b.style || "normal"}`, dataset: { action: b.id }, on: { click: (e) => pressed(e.currentTarget, card, b.id) },
  }, b.text)));
}

async function pressed(button, card, action) {
  const el = button.closest(".card");
  if (el.getAttribute("aria-busy") === "true") return;
  const reason = el.querySelector(".card-reason textarea")?.value.trim() ?? "";
  el.setAttribute("aria-busy", "true");
  button.classList.add("working");
  try {
    announce(await press(card, action, reason));
  } catch (error) {
    explain(error);
  } finally {
    el.removeAttribute("aria-busy");
    button.classList.remove("working");
  }
}

/** 没人应答、或应答说没办成,告诉按的人。 */
function announce(got) {
  if (got.say) toast(`${got.say}，请您稍后看看卡片有没有变。`, "bad");
  else if (got.code && got.code !== 200) toast("机器人这次没有办成，请您稍后再按一次。", "bad");
}
