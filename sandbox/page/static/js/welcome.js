/**
 * 开场 welcome:先选一个人。几位常用的人放在面前,其余在沙箱控制台里找。
 */
import { personAvatar } from "./avatar.js";
import { h, icon } from "./dom.js";
import { FIRST } from "./quick.js";
import { enter } from "./session.js";
import { person, set, state } from "./store.js";

export function welcome() {
  const known = FIRST.filter((f) => person(f.userid));
  const shown = known.length ? known : state.people.slice(0, 4).map((p) => ({ userid: p.userid, as: p.title, does: p.dept }));
  return h("section", { class: "welcome", "aria-label": "选择身份" },
    h("div", { class: "welcome-mark" }, icon("logo")),
    h("h2", {}, "您想以谁的身份进来？"),
    h("p", { class: "welcome-lead" }, "这里是一家放在您电脑里的公司。选一个人，就能像在钉钉里一样和机器人聊天；随时可以换人。"),
    h("div", { class: "welcome-people" }, shown.map(choice)),
    h("button", { type: "button", class: "btn btn-normal", on: { click: () => set({ drawer: "sandbox" }) } }, `从全部 ${state.people.length} 人里选`));
}

function choice({ userid, as, does }) {
  const who = person(userid);
  return h("button", { type: "button", class: "welcome-person", dataset: { userid }, on: { click: () => enter(userid) } },
    personAvatar(who, "large"),
    h("span", { class: "welcome-words" }, h("strong", {}, who.name, h("span", { class: "tag tag-soft" }, as)), h("span", {}, `${who.dept} · ${who.title}`), h("span", { class: "welcome-does" }, does)));
}
