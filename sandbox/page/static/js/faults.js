/**
 * 故障 faults:沙箱能出的毛病,清单和名字都由沙箱给;页面只管拨。
 */
import { api } from "./api.js";
import { fill, h, toast } from "./dom.js";
import { on } from "./store.js";
import { explain } from "./sync.js";
import { toggle } from "./toggle.js";

const FEED_WORDS = { punch: "打卡", approval: "审批", deal: "成交", rating: "满意度", user: "人员", roster: "花名册" };
const SPOIL_WORDS = { missing: "缺一半字段", type: "类型不对" };

export function faultsBox() {
  const body = h("div", { class: "faults" });
  const summary = h("summary", {}, "故障");
  const details = h("details", { class: "panel-box", "aria-label": "故障" }, summary, body);
  const take = (got) => {
    const count = active(got);
    fill(summary, "故障", count > 0 && h("span", { class: "tag tag-bad" }, `${count} 个开着`));
    fill(body, controls(got, change));
  };
  const change = (doc) => api.setFaults(doc).then(() => (load(), true), (error) => (explain(error), false));
  const load = () => api.faults().then(take, () => fill(body, h("p", { class: "hint" }, "现在读不到故障开关。")));
  details.addEventListener("toggle", () => details.open && load());
  on(["drawer"], load);
  load();
  return details;
}

const isOn = (got, s) => (s.kind === "number" ? false : got[s.key] === true || Number(got[s.key]) !== 0);
const active = (got) => (got.switches ?? []).filter((s) => isOn(got, s)).length + [...(got.answers ?? []), ...(got.bad_records ?? [])].filter((r) => r.count !== 0).length;

function controls(got, change) {
  const switches = got.switches ?? [];
  return [
    switches.filter((s) => s.kind !== "number").map((s) => toggle(s.label, isOn(got, s), (v) => change({ [s.key]: v }))),
    switches.filter((s) => s.kind === "number").map((s) => number(s, got[s.key], change)),
    answers(got, change), records(got, change),
    h("div", { class: "row" }, now("断开长连接", { disconnect: "1006" }, change), now("令牌立刻过期", { expire_token: true }, change)),
    h("button", { type: "button", class: "btn btn-quiet wide", on: { click: () => change({ clear: true }) } }, "全部恢复正常"),
  ];
}

/** 当场发生一次的毛病。 */
const now = (label, doc, change) => h("button", { type: "button", class: "btn btn-normal", on: { click: () => change(doc).then((done) => done && toast(`好了：${label}。`)) } }, label);

function number(spec, value, change) {
  const input = h("input", { type: "number", class: "field small", value: String(value ?? 0), on: { change: () => change({ [spec.key]: Number(input.value) || 0 }) } });
  return h("label", { class: "number" }, h("span", {}, spec.label), input);
}

/** 接口答错:哪条路径、怎么错、错几次。 */
function answers(got, change) {
  const kinds = Object.entries(got.answer_kinds ?? {});
  if (kinds.length === 0) return null;
  const kind = select("怎么答", kinds);
  const path = h("input", { type: "text", class: "field", value: "*", "aria-label": "路径，可用 *" });
  const count = select("几次", [["1", "1 次"], ["3", "3 次"], ["-1", "一直"]]);
  const rules = got.answers ?? [];
  const add = () => change({ answers: [...rules, { path: path.value.trim() || "*", kind: kind.value, count: Number(count.value) }] });
  return h("fieldset", { class: "rules" }, h("legend", {}, "接口答错"),
    rules.map((r, n) => ruleRow(`${r.path} → ${got.answer_kinds[r.kind] ?? r.kind}`, r.count, () => change({ answers: rules.filter((_, i) => i !== n) }))),
    h("div", { class: "row" }, kind, count), h("div", { class: "row" }, path, addButton(add)));
}

/** 记录变形:哪一路、怎么坏。 */
function records(got, change) {
  const feeds = got.feeds ?? [];
  if (feeds.length === 0) return null;
  const feed = select("哪一路", feeds.map((f) => [f, FEED_WORDS[f] ?? f]));
  const kind = select("怎么坏", Object.entries(SPOIL_WORDS));
  const rules = got.bad_records ?? [];
  const add = () => change({ bad_records: [...rules, { feed: feed.value, kind: kind.value, count: 1 }] });
  return h("fieldset", { class: "rules" }, h("legend", {}, "记录变形"),
    rules.map((r, n) => ruleRow(`${FEED_WORDS[r.feed] ?? r.feed}:${SPOIL_WORDS[r.kind] ?? r.kind}`, r.count, () => change({ bad_records: rules.filter((_, i) => i !== n) }))),
    h("div", { class: "row" }, feed, kind, addButton(add)));
}

const addButton = (add) => h("button", { type: "button", class: "btn btn-normal", on: { click: add } }, "添上");

function select(label, options) {
  return h("select", { class: "field", "aria-label": label }, options.map(([value, words]) => h("option", { value }, words)));
}

function ruleRow(words, count, remove) {
  const left = count < 0 ? "一直" : count === 0 ? "已用完" : `剩 ${count} 次`;
  return h("div", { class: "rule" }, h("span", {}, words, h("small", {}, left)), h("button", { type: "button", class: "btn btn-quiet", "aria-label": `去掉：${words}`, on: { click: remove } }, "去掉"));
}
