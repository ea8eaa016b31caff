/**
 * 输入框 composer:文字、表情、模拟的语音与图片;Enter 发送,Shift+Enter 换行;空会话给几句可点的话。
 */
import { fill, h, icon, iconButton, toast } from "./dom.js";
import { conversation, state } from "./store.js";
import { say } from "./sync.js";

const SUGGESTIONS = ["明天下午请半天事假", "查工资条", "年假还剩几天"];
const EMOJI = ["😀", "😂", "😊", "🙏", "👍", "👌", "💪", "🎉", "❤️", "🌹", "😭", "😅", "🤔", "😴", "🤒", "☕"];
const MAX = 8000;

/** 各会话没发出去的话,切走再回来还在。 */
const drafts = new Map();

export function composer() {
  const key = `${state.me}/${state.conv}`;
  const input = h("textarea", {
    class: "composer-input", rows: "2", "aria-label": "消息", maxlength: String(MAX), value: drafts.get(key) ?? "",
    placeholder: conversation(state.conv)?.type === "2" ? "发消息，会 @ 机器人" : "和人事助手说点什么…",
  });
  const send = h("button", { type: "submit", class: "btn btn-primary send" }, "发送");
  const tray = h("div", { class: "tray", hidden: true });
  const form = h("form", { class: "composer" }, hints(), tray, toolbar(input, tray), h("div", { class: "composer-row" }, input, send));
  const update = () => {
    drafts.set(key, input.value);
    send.disabled = !input.value.trim();
  };
  input.addEventListener("input", update);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || tray.hidden) return;
    event.stopPropagation();
    tray.hidden = true;
    input.focus();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (!text) return;
    input.value = "";
    update();
    say({ text });
    input.focus();
  });
  update();
  return form;
}

/** 第一次来的提示;样式里只在空会话显示。 */
function hints() {
  return h("div", { class: "hints", role: "group", "aria-label": "试试这样说" }, h("span", {}, "试试说："),
    SUGGESTIONS.map((text) => h("button", { type: "button", class: "chip", on: { click: () => say({ text }) } }, text)));
}

/** 群里的语音和文件到不了机器人,钉钉如此,这里也不给按钮。 */
const inGroup = () => conversation(state.conv)?.type === "2";

function toolbar(input, tray) {
  const open = (make) => () => {
    const again = !tray.hidden && tray.dataset.of === make.name;
    tray.hidden = again;
    tray.dataset.of = make.name;
    if (!again) fill(tray, make(input, tray));
    tray.querySelector("input,button")?.focus();
  };
  return h("div", { class: "toolbar", role: "toolbar", "aria-label": "工具" },
    iconButton("emoji", "表情", open(emojiTray)),
    !inGroup() && iconButton("mic", "发一条语音（模拟）", open(voiceTray)),
    iconButton("image", "发一张图片（模拟）", () => say({ kind: "picture" })),
    !inGroup() && iconButton("file", "发一个文件（模拟）", () => say({ kind: "file", text: "请假证明.pdf" })),
    h("span", { class: "toolbar-note" }, "Enter 发送 · Shift+Enter 换行"));
}

function emojiTray(input, tray) {
  const put = (mark) => {
    input.setRangeText(mark, input.selectionStart, input.selectionEnd, "end");
    input.dispatchEvent(new Event("input"));
    tray.hidden = true;
    input.focus();
  };
  return h("div", { class: "emoji-grid" }, EMOJI.map((mark) => h("button", { type: "button", "aria-label": `表情 ${mark}`, on: { click: () => put(mark) } }, mark)));
}

/** 语音是模拟的:写下钉钉会识别出的文字;留空就是没有识别出来。 */
function voiceTray(_input, tray) {
  const words = h("input", { type: "text", class: "field", "aria-label": "语音识别出的文字", placeholder: "钉钉识别出的文字，可以留空" });
  const send = () => {
    const recognition = words.value.trim();
    say(recognition ? { kind: "audio", recognition } : { kind: "audio" });
    tray.hidden = true;
    if (!recognition) toast("已发出一条识别不出文字的语音。");
  };
  words.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    send();
  });
  return h("div", { class: "voice-tray" }, icon("voice"), words, h("button", { type: "button", class: "btn btn-primary", on: { click: send } }, "发送语音"));
}
