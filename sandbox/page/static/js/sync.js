/**
 * 收发 sync:从沙箱取会话、消息、时钟,替人说话、按钮;页面上的状态只由这里更新。
 */
import { api, ApiError } from "./api.js";
import { toast } from "./dom.js";
import { box, conversation, notify, now, set, state } from "./store.js";

const FALLBACK = "没有办成，请您再试一次。";

/** 把错误说给人听。 */
export function explain(error) {
  const said = error instanceof ApiError ? error.say : FALLBACK;
  if (!(error instanceof ApiError)) console.error(error);
  toast(said, "bad");
}

/** 开页时取一次:沙箱信息、时钟、人。 */
export async function loadWorld() {
  const [info, clock, people] = await Promise.all([api.info(), api.clock(), api.people()]);
  set({ info, people });
  takeClock(clock);
}

export function takeClock(clock) {
  const start = clock.start ? Date.parse(clock.start) : state.clock.start;
  set({ clock: { now: Date.parse(clock.now), at: performance.now(), start } });
}

/** 日子变了,在职的人也会变。 */
export async function refreshPeople() {
  set({ people: await api.people() });
}

/** 换人:消息箱清空,重新取会话。 */
export async function become(userid) {
  state.messages.clear();
  set({ me: userid, conversations: [], conv: null });
  await refreshConversations();
}

export async function refreshConversations() {
  const who = state.me;
  if (!who) return;
  const list = await api.conversations(who);
  if (who !== state.me) return;
  for (const conv of list) if (conv.id === state.conv) conv.unread = 0;
  list.sort((a, b) => pinned(b) - pinned(a) || lastAt(b) - lastAt(a));
  set({ conversations: list });
}

/** 机器人的单聊置顶。 */
const pinned = (conv) => Number(conv.type === "1" && conv.id !== "notices");
const lastAt = (conv) => (conv.last ? Date.parse(conv.last.at) : 0);

/** 人点开一个会话:转到聊天那一屏。 */
export async function openConversation(id) {
  set({ tab: "chat", screen: "chat" });
  await showConversation(id);
}

/** 让一个会话成为当前的,不动人正看着的那一屏。 */
export async function showConversation(id) {
  set({ conv: id });
  markRead(id);
  await refreshMessages();
}

function markRead(id) {
  const conv = conversation(id);
  if (!conv || !conv.unread) return;
  conv.unread = 0;
  notify(["conversations"]);
}

export async function refreshMessages() {
  const { me: who, conv } = state;
  if (!who || !conv) return;
  const mine = box(conv);
  const got = await api.messages(who, conv, mine.rev);
  if (who !== state.me || state.messages.get(conv) !== mine) return;
  mine.ready = true;
  for (const message of got.messages) take(mine, message);
  mine.list.sort(inOrder);
  notify(["messages"]);
}

function take(mine, message) {
  mine.rev = Math.max(mine.rev, message.rev ?? message.seq ?? 0);
  const at = mine.list.findIndex((m) => m.id === message.id);
  if (at >= 0) mine.list[at] = message;
  else mine.list.push(message);
}

const inOrder = (a, b) => (a.seq ?? Infinity) - (b.seq ?? Infinity) || (a.nth ?? 0) - (b.nth ?? 0);

/** 有变化:会话、消息、时钟都看一眼。 */
export async function refreshAll() {
  const [clock] = await Promise.all([api.clock(), refreshConversations(), refreshMessages()]);
  takeClock(clock);
}

let nth = 0;

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return "msg" + btoa(String.fromCharCode(...bytes)).replace(/[+/=]/g, "x");
}

/**
 * 替当前的人说一句。先把自己的气泡放上去,沙箱收下后再认成真的。
 * @param {{text?:string, kind?:string, recognition?:string}} said
 */
export async function say(said) {
  const { me: who, conv } = state;
  if (!who || !conv) return;
  const draft = draftOf(said);
  const mine = box(conv);
  mine.list.push(draft);
  notify(["messages"]);
  await deliver(mine, draft, { ...said, userid: who, conversation: conv, msg_id: draft.id });
}

function draftOf(said) {
  return {
    id: newId(), nth: ++nth, at: new Date(now()).toISOString(), pending: true, said,
    from: { userid: state.me }, kind: said.kind ?? "text", text: said.text ?? said.recognition ?? "", buttons: [],
  };
}

async function deliver(mine, draft, body) {
  try {
    const got = await api.say(body);
    if (got.msgId !== draft.id) rename(mine, draft, got.msgId);
    draft.pending = false;
    await Promise.all([refreshMessages(), refreshConversations()]);
  } catch (error) {
    draft.failed = true;
    draft.pending = false;
    explain(error);
  }
  notify(["messages"]);
}

/** 沙箱另起了编号:草稿改用它;若真的那条已先到,草稿退下。 */
function rename(mine, draft, id) {
  const there = mine.list.some((m) => m !== draft && m.id === id);
  if (there) mine.list.splice(mine.list.indexOf(draft), 1);
  else draft.id = id;
}

/** 没发出去的再发一次。 */
export async function resend(draft) {
  draft.failed = false;
  draft.pending = true;
  notify(["messages"]);
  await deliver(box(state.conv), draft, { ...draft.said, userid: state.me, conversation: state.conv, msg_id: draft.id });
}

/** 同一条消息再投递一回(编号不变),看机器人会不会办两遍。 */
export async function deliverAgain(message) {
  await api.say({ userid: state.me, conversation: state.conv, kind: message.kind, text: message.text, msg_id: message.id });
  toast("同一条消息已再投递一次（编号不变）。机器人应当只办一次。");
}

/** 按卡片的按钮。 */
export async function press(card, action, reason) {
  const body = { userid: state.me, card: card.id, action };
  if (reason) body.params = { reason };
  const got = await api.press(body);
  await Promise.all([refreshMessages(), refreshConversations()]);
  return got;
}
