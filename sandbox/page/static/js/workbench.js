/**
 * 工作台 workbench:小程序各页的入口,点开在手机框里。
 */
import { h, icon, toast } from "./dom.js";
import { openPage } from "./drawer.js";
import { me, state } from "./store.js";

const GROUPS = [
  { title: "我的事", tiles: [
    { label: "我的", icon: "user", to: "/m/", colour: "blue" },
    { label: "工资条", icon: "payslip", to: "/m/payslips", colour: "orange" },
    { label: "请假", icon: "leave", to: "/m/leave", colour: "green" },
    { label: "考勤", icon: "attendance", to: "/m/attendance", colour: "blue" },
    { label: "绩效", icon: "performance", to: "/m/performance", colour: "purple" },
    { label: "培训", icon: "training", to: "/m/training", colour: "teal" },
  ] },
  { title: "管理", tiles: [
    { label: "团队目标", icon: "goals", to: "/m/goals", colour: "purple" },
    { label: "审批", icon: "approvals", to: "/m/approvals", colour: "orange" },
    { label: "发薪", icon: "payroll", to: "/m/payroll", colour: "green" },
    { label: "提醒", icon: "alerts", to: "/m/alerts", colour: "red" },
  ] },
];

export function workbenchView() {
  return h("section", { class: "page", "aria-label": "工作台" },
    h("header", { class: "page-head" }, h("h2", {}, "工作台"), h("p", {}, me() ? `${me().name}，点开的页面在手机框里显示，自动登录。` : "先选一个人，再打开页面。")),
    GROUPS.map(({ title, tiles }) => h("section", { class: "tiles", "aria-label": title }, h("h3", {}, title), h("div", { class: "tile-grid" }, tiles.map(tile)))));
}

function tile({ label, icon: mark, to, colour }) {
  const go = () => (state.me ? openPage(to) : toast("请您先选一个人，再打开页面。"));
  return h("button", { type: "button", class: "tile", dataset: { to }, on: { click: go } }, h("span", { class: `tile-icon c-${colour}` }, icon(mark)), h("span", {}, label));
}
