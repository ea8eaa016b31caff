/**
 * 入口 main:接上各个视图,取一次世界,按地址里的 ?as= 进场。
 */
import { chatView, mountChat } from "./chat.js";
import { contactsView } from "./contacts.js";
import { mountConversations } from "./conversations.js";
import { fill, h } from "./dom.js";
import { connect } from "./links.js";
import { mountDrawer, openPage } from "./drawer.js";
import { asked, enter } from "./session.js";
import { mountShell } from "./shell.js";
import { on, set, state } from "./store.js";
import { explain, loadWorld, say } from "./sync.js";
import { workbenchView } from "./workbench.js";

const VIEWS = { chat: chatView, work: workbenchView, contacts: contactsView };

function drawStage() {
  fill(document.getElementById("stage"), VIEWS[state.tab]());
}

function mirror() {
  const app = document.getElementById("app");
  for (const key of ["tab", "screen", "drawer"]) app.dataset[key] = state[key];
  if (state.me) app.dataset.me = state.me;
  else delete app.dataset.me;
}

function onKey(event) {
  if (event.key === "Escape" && state.drawer !== "none") set({ drawer: "none" });
}

/** 跳过列表,直接去写字;没有输入框就到正文。 */
function onSkip(event) {
  event.preventDefault();
  (document.querySelector(".composer-input") ?? document.getElementById("stage")).focus();
}

/** 会话标题等变了才需要重画聊天窗;消息自有更新。 */
let shown = "";
function stageIfChanged() {
  const conv = state.conversations.find((c) => c.id === state.conv);
  const key = [state.tab, state.me, state.conv, conv?.title, conv?.members?.length, state.people.length].join("/");
  if (key === shown) return;
  shown = key;
  drawStage();
}

async function start() {
  connect({ openPage, say: (text) => text && say({ text }) });
  on(["tab", "screen", "drawer", "me"], mirror);
  mountShell();
  mountConversations();
  mountChat();
  mountDrawer();
  document.addEventListener("keydown", onKey);
  document.getElementById("skip").addEventListener("click", onSkip);
  fill(document.getElementById("stage"), h("p", { class: "stage-empty" }, "正在打开…"));
  try {
    await loadWorld();
  } catch (error) {
    explain(error);
    fill(document.getElementById("stage"), h("div", { class: "stage-empty" }, h("p", {}, error.say ?? "没有打开，请您刷新再试。"), h("button", { type: "button", class: "btn btn-primary", on: { click: () => location.reload() } }, "再试一次")));
    return;
  }
  on(["tab", "me", "conv", "conversations", "people"], stageIfChanged);
  stageIfChanged();
  const who = asked();
  if (who) await enter(who);
  document.getElementById("app").dataset.ready = "yes";
}

start();
