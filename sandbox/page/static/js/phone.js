/**
 * 手机框 phone:375×812 的手机,里面是真的小程序页;标题、返回、关闭照钉钉的样子。
 */
import { fill, h, icon, iconButton, toast } from "./dom.js";
import { follow } from "./links.js";
import { now } from "./store.js";
import { hm } from "./time.js";

const HOME = "小程序";

/** 走过的页:最后一个是现在这页。 */
let trail = [];
let frame = null;
let title = null;
let watcher = null;
let holder = null;
let close = () => {};

/** 画手机;onClose 是点 × 时要做的事。 */
export function phoneView(onClose) {
  close = onClose;
  title = h("span", { class: "phone-title" }, HOME);
  holder = h("div", { class: "phone-screen" });
  const time = h("span", {});
  setInterval(() => { time.textContent = hm(now()); }, 1000);
  addEventListener("message", fromPage);
  return h("section", { class: "phone", "aria-label": "手机" },
    h("div", { class: "phone-status", "aria-hidden": "true" }, time, h("span", { class: "phone-signal" }, h("i"), h("i"), h("i"), h("i")), h("span", { class: "phone-battery" })),
    h("div", { class: "phone-bar" }, iconButton("back", "返回上一页", back), title, iconButton("close", "关闭小程序", () => close())),
    holder, h("div", { class: "phone-home", "aria-hidden": "true" }));
}

export function openPhone(userid, to) {
  trail = [];
  setTitle("");
  frame = h("iframe", { class: "phone-frame", title: "小程序页面", src: `/_sandbox/open?${new URLSearchParams({ userid, to })}`, on: { load: arrived } });
  fill(holder, h("div", { class: "phone-wait", role: "status" }, icon("phone"), "正在打开…"), frame);
}

export function closePhone() {
  watcher?.disconnect();
  frame?.remove();
  frame = null;
  trail = [];
}

/** 一页到了:记下走过的路,跟着它的标题。 */
function arrived() {
  const doc = documentOf();
  if (!doc) return;
  const here = frame.contentWindow.location;
  if (here.href === "about:blank") return;
  holder.querySelector(".phone-wait")?.remove();
  const path = here.pathname + here.search;
  if (here.pathname !== "/m/enter") {
    if (trail.at(-2) === path) trail.pop();
    else if (trail.at(-1) !== path) trail.push(path);
  }
  watchTitle(doc);
}

/** 同源才看得见;别处的页拿不到,也不该出现。 */
function documentOf() {
  try {
    return frame?.contentDocument ?? null;
  } catch {
    return null;
  }
}

function watchTitle(doc) {
  watcher?.disconnect();
  setTitle(doc.title);
  watcher = new MutationObserver(() => setTitle(doc.title));
  watcher.observe(doc.head ?? doc, { subtree: true, childList: true, characterData: true });
}

function setTitle(text) {
  title.textContent = text || HOME;
}

function back() {
  if (!frame) return;
  const here = frame.contentWindow.location;
  const path = here.pathname + here.search;
  if (trail.length && trail.at(-1) !== path) here.replace(trail.at(-1));
  else if (trail.length > 1) here.replace(trail.at(-2));
  else close();
}

/** 页里调 dd 的这几件事,要由钉钉(这里是外面的框)来做,沙箱的 dd.js 转告。 */
const FROM_PAGE = {
  setNavigationTitle: ({ title: text }) => setTitle(String(text ?? "")),
  closePage: () => close(),
  showToast: ({ content }) => toast(String(content ?? "")),
  openLink: ({ url }) => follow(String(url ?? "")),
};

function fromPage(event) {
  if (event.origin !== location.origin || event.source !== frame?.contentWindow) return;
  if (Object.hasOwn(FROM_PAGE, event.data?.dd)) FROM_PAGE[event.data.dd](event.data);
}
