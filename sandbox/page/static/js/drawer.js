/**
 * 右边的抽屉 drawer:手机框与沙箱控制台,一次只开一个。
 */
import { fill, h, iconButton } from "./dom.js";
import { panelView } from "./panel.js";
import { closePhone, openPhone, phoneView } from "./phone.js";
import { on, set, state } from "./store.js";

const TITLES = { phone: "小程序", sandbox: "沙箱控制台" };

export function mountDrawer() {
  const drawer = document.getElementById("drawer");
  const panel = panelView();
  const phone = phoneView(() => set({ drawer: "none" }));
  const title = h("h2", {});
  const close = iconButton("close", "关上侧栏", () => set({ drawer: "none" }));
  fill(drawer, h("header", { class: "drawer-head" }, title, close), panel, phone);
  const draw = () => {
    const which = state.drawer;
    title.textContent = TITLES[which] ?? "";
    drawer.hidden = which === "none";
    panel.hidden = which !== "sandbox";
    phone.hidden = which !== "phone";
    if (which !== "phone") closePhone();
  };
  on(["drawer"], draw);
  draw();
}

/** 在手机框里打开小程序的一页,以现在这个人的身份。 */
export function openPage(to) {
  set({ drawer: "phone" });
  openPhone(state.me, to);
}
