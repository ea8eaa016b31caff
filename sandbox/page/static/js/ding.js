/**
 * 钉钉里的事 ding:当前的人在钉钉自己的功能里做的事——打卡、用钉钉自带的请假单。
 */
import { api } from "./api.js";
import { h, toast } from "./dom.js";
import { me, now, state } from "./store.js";
import { explain } from "./sync.js";
import { hm, iso } from "./time.js";

const TYPES = ["年假", "事假", "病假", "调休", "婚假", "产假", "陪产假", "丧假"];

export function dingBox() {
  const form = leaveForm();
  const tomorrow = (event) => {
    const day = iso(now() + 86_400_000).slice(0, 10);
    for (const field of event.target.open ? form.querySelectorAll("input[type=date]") : []) if (field.value < day) field.value = day;
  };
  return h("details", { class: "panel-box", "aria-label": "钉钉里的事", on: { toggle: tomorrow } }, h("summary", {}, "在钉钉里打卡、请假"),
    h("div", { class: "row" }, punchButton("上班打卡", "OnDuty"), punchButton("下班打卡", "OffDuty")),
    form);
}

function punchButton(label, type) {
  const punch = () => act(() => api.ding("punch", { userid: state.me, at: iso(now()), type }), () => `${me().name} ${hm(now())} 已${label}`);
  return h("button", { type: "button", class: "btn btn-normal", on: { click: punch } }, label);
}

/** 钉钉自带的请假单:当场批准,由事件告诉系统。 */
function leaveForm() {
  const type = h("select", { class: "field", "aria-label": "假别" }, TYPES.map((t) => h("option", { value: t }, t)));
  const from = h("input", { type: "date", class: "field", required: true, "aria-label": "从哪天" });
  const to = h("input", { type: "date", class: "field", required: true, "aria-label": "到哪天" });
  const send = (event) => {
    event.preventDefault();
    act(() => api.ding("leave", { userid: state.me, type: type.value, from: from.value, to: to.value, unit: "day", reason: "在钉钉请假单里填写" }),
      () => `${me().name}在钉钉里请的${type.value}已批准`);
  };
  return h("form", { on: { submit: send } }, h("p", { class: "hint" }, "用钉钉自带的请假单（当场批准）："),
    h("div", { class: "row" }, type, h("button", { type: "submit", class: "btn btn-normal" }, "请假")), h("div", { class: "row" }, from, h("span", {}, "至"), to));
}

async function act(work, words) {
  if (!state.me) {
    toast("请您先选一个人。", "bad");
    return;
  }
  try {
    await work();
    toast(words(), "good");
  } catch (error) {
    explain(error);
  }
}
