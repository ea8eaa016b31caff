/**
 * 换人 people:上面一格搜索,下面按部门分组;在职的人都能扮演。
 */
import { personAvatar } from "./avatar.js";
import { fill, h, icon } from "./dom.js";
import { enter } from "./session.js";
import { on, state } from "./store.js";

const BADGES = ["人事", "薪酬专员", "审计"];

/** 按部门分组,部门按编号,主管在前。 @returns {[string, any[]][]} */
export function byDepartment(people) {
  const groups = new Map();
  for (const p of people) groups.set(p.dept, [...(groups.get(p.dept) ?? []), p]);
  const order = (list) => Number(list[0].dept_id) || 0;
  return [...groups].map(([dept, list]) => [dept, list.sort((a, b) => Number(leads(b)) - Number(leads(a)))]).sort((a, b) => order(a[1]) - order(b[1]));
}

/** 是别人上级的人算主管。 */
const leads = (who) => who.leader ?? state.people.some((p) => p.manager === who.userid);

export function badgesOf(who) {
  const own = BADGES.filter((b) => (who.roles ?? []).includes(b));
  return leads(who) ? ["主管", ...own] : own;
}

export function peopleSwitcher() {
  let wanted = "";
  const list = h("div", { class: "people-list" });
  const draw = () => {
    fill(list, groups(wanted));
    showCurrent();
  };
  const showCurrent = () => list.querySelector(".current")?.scrollIntoView({ block: "nearest" });
  const search = h("input", {
    id: "people-search", type: "search", placeholder: "姓名、部门、职务、角色", "aria-label": "搜索要扮演的人", autocomplete: "off",
    on: { input: () => { wanted = search.value.trim(); draw(); }, keydown: (e) => e.key === "ArrowDown" && (e.preventDefault(), list.querySelector("button")?.focus()) },
  });
  list.addEventListener("keydown", walk);
  on(["people", "me"], draw);
  on(["drawer"], showCurrent);
  draw();
  return h("section", { class: "panel-box people", "aria-label": "换人" }, h("h3", {}, "现在是谁"), h("label", { class: "search-box" }, icon("search"), search), list);
}

function groups(wanted) {
  const fits = (p) => p.active && [p.name, p.userid, p.dept, p.title, ...badgesOf(p)].some((word) => String(word).includes(wanted));
  const shown = byDepartment(state.people.filter(fits));
  if (shown.length === 0) return h("p", { class: "empty-note" }, "没有找到这个人。离职的人不能再进来。");
  return shown.map(([dept, people]) => h("div", { role: "group", "aria-label": dept }, h("h4", {}, dept), people.map(row)));
}

function row(who) {
  const current = who.userid === state.me;
  return h("button", { type: "button", class: current ? "person current" : "person", dataset: { userid: who.userid }, "aria-pressed": String(current), on: { click: () => enter(who.userid) } },
    personAvatar(who, "small"),
    h("span", { class: "person-words" }, h("strong", {}, who.name), h("span", {}, who.title)),
    badgesOf(who).map((b) => h("span", { class: "tag tag-soft" }, b)),
    current && icon("check"));
}

/** 上下键在名单里走。 */
function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  buttons[buttons.indexOf(document.activeElement) + step]?.focus();
}
