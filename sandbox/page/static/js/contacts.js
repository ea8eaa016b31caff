/**
 * 通讯录 contacts:按部门列出公司的人。
 */
import { personAvatar } from "./avatar.js";
import { h } from "./dom.js";
import { byDepartment } from "./people.js";
import { person, state } from "./store.js";

export function contactsView() {
  return h("section", { class: "page", "aria-label": "通讯录" },
    h("header", { class: "page-head" }, h("h2", {}, "通讯录"), h("p", {}, `共 ${state.people.filter((p) => p.active).length} 人在职`)),
    byDepartment(state.people.filter((p) => p.active)).map(([dept, people]) => h("section", { class: "dept", "aria-label": dept },
      h("h3", {}, `${dept} · ${people.length}`), h("div", { class: "dept-grid" }, people.map(row)))));
}

function row(who) {
  const boss = person(who.manager)?.name;
  return h("div", { class: "contact" }, personAvatar(who),
    h("span", { class: "contact-words" }, h("strong", {}, who.name), h("span", {}, who.title), boss && h("span", { class: "contact-boss" }, `上级：${boss}`)));
}
