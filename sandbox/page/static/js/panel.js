/**
 * 沙箱控制台 panel:换人、时钟、计量、故障、重放。外面的世界由这里摆布。
 */
import { api } from "./api.js";
import { fill, h, toast, unchanged } from "./dom.js";
import { dingBox } from "./ding.js";
import { faultsBox } from "./faults.js";
import { pull } from "./live.js";
import { peopleSwitcher } from "./people.js";
import { now, on } from "./store.js";
import { explain, refreshPeople, takeClock } from "./sync.js";
import { toggle } from "./toggle.js";
import { fromPicker, full, iso, nextMonthFirst, pickerValue, tomorrowNine } from "./time.js";

export function panelView() {
  return h("div", { class: "panel" }, peopleSwitcher(), clockBox(), dingBox(), metersBox(), faultsBox(), redeliverBox());
}

function clockBox() {
  const face = h("p", { class: "clock-face", role: "timer", "aria-live": "off" });
  const picker = h("input", { type: "datetime-local", class: "field", "aria-label": "把沙箱时间拨到" });
  const draw = () => {
    if (face.textContent !== full(now())) face.textContent = full(now());
  };
  const sync = () => {
    picker.min = pickerValue(now());
    if (document.activeElement !== picker) picker.value = pickerValue(now() + 60_000);
  };
  setInterval(draw, 1000);
  on(["clock"], () => { draw(); sync(); });
  draw();
  sync();
  const quick = (label, goal) => h("button", { type: "button", class: "btn btn-normal", on: { click: () => setClock(goal(now())) } }, label);
  return h("section", { class: "panel-box", "aria-label": "沙箱时间" }, h("h3", {}, "沙箱时间"), face,
    h("div", { class: "row" }, quick("+1小时", (t) => t + 3600_000), quick("明天 09:00", tomorrowNine), quick("下月1日", nextMonthFirst)),
    h("form", { class: "row", on: { submit: (e) => { e.preventDefault(); pick(picker); } } }, picker, h("button", { type: "submit", class: "btn btn-normal" }, "拨到")),
    h("p", { class: "hint" }, "只能往前拨；经过的提醒、计算会按日子补上。"));
}

function pick(picker) {
  const goal = fromPicker(picker.value);
  if (goal === null) toast("请您先选一个日期和时间。", "bad");
  else setClock(goal);
}

async function setClock(goal) {
  try {
    takeClock(await api.setClock(iso(goal)));
    toast(`沙箱时间已到 ${full(now())}`, "good");
    await Promise.all([refreshPeople(), pull()]);
  } catch (error) {
    explain(error);
  }
}

function metersBox() {
  const body = h("div", { class: "meters" });
  const draw = async () => {
    if (!body.isConnected || document.getElementById("app").dataset.drawer !== "sandbox") return;
    try {
      const got = await api.meters();
      if (!unchanged(body, JSON.stringify(got))) fill(body, meters(got, draw));
    } catch {
      body.dataset.drawn = "";
      fill(body, h("p", { class: "hint" }, "现在读不到计量。"));
    }
  };
  on(["drawer", "conversations"], draw);
  queueMicrotask(draw);
  return h("section", { class: "panel-box", "aria-label": "本月用量" }, h("h3", {}, "本月用量"), body);
}

function meters(got, redraw) {
  const change = (body) => api.setMeters(body).then(redraw, explain);
  return [
    meter("API 调用", got.calls), meter("消息推送", got.pushes),
    h("div", { class: "row" },
      toggle("按标准版限额", got.enabled, (enabled) => change({ enabled }), `每个接口每秒 ${got.qps} 次`),
      h("button", { type: "button", class: "btn btn-quiet", on: { click: () => change({ reset: true }) } }, "从零算起")),
  ];
}

function meter(label, { used, limit }) {
  const share = limit > 0 ? Math.min(1, used / limit) : 1;
  return h("div", { class: share >= 0.9 ? "meter high" : "meter" },
    h("span", { class: "meter-label" }, label), h("span", { class: "meter-count" }, `${used.toLocaleString("zh-CN")} / ${limit.toLocaleString("zh-CN")}`),
    h("progress", { max: String(limit || 1), value: String(Math.min(used, limit)), "aria-label": label }));
}

function redeliverBox() {
  const run = async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    try {
      const got = await api.redeliver({ kinds: ["message", "event", "callback"], seed: Math.floor(Math.random() * 1e6) });
      toast(`已把 ${got.count} 次投递打乱顺序重放一遍。账目不应有任何变化。`, "good");
    } catch (error) {
      explain(error);
    } finally {
      button.disabled = false;
    }
  };
  return h("section", { class: "panel-box", "aria-label": "重放" }, h("h3", {}, "一切再来一遍"),
    h("button", { type: "button", class: "btn btn-normal wide", on: { click: run } }, "重放全部投递"),
    h("p", { class: "hint" }, "消息、事件、卡片点击全部重新送达，顺序打乱。"));
}
