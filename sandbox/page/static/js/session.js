/**
 * 身份 session:此刻以谁的身份用钉钉;记在地址(?as=)里,刷新还在,也能直接给人一个链接。
 */
import { listen } from "./live.js";
import { person, set, state } from "./store.js";
import { become, explain, showConversation } from "./sync.js";

const WIDE = "(min-width: 721px)";

/** 换成这个人,并打开他和机器人的会话(窄屏先看列表)。 */
export async function enter(userid) {
  if (!person(userid)) return;
  remember(userid);
  try {
    set({ tab: "chat", screen: "list", drawer: state.drawer === "phone" ? "none" : state.drawer });
    await become(userid);
    listen();
    const first = state.conversations.find((c) => c.type === "1" && c.id !== "notices") ?? state.conversations[0];
    if (first && state.me === userid && matchMedia(WIDE).matches) await showConversation(first.id);
  } catch (error) {
    explain(error);
  }
}

export function asked() {
  return new URLSearchParams(location.search).get("as");
}

function remember(userid) {
  const url = new URL(location.href);
  url.searchParams.set("as", userid);
  history.replaceState(null, "", url);
  document.title = `${person(userid).name} · 钉钉沙箱`;
}
