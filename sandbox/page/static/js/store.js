/**
 * 页面状态 store:一份状态、一处改、改了就告诉关心的视图。
 */

/** @typedef {{userid:string,name:string,title:string,dept:string,dept_id:unknown,roles:string[],manager:string|null,active:boolean}} Person */

export const state = {
  info: null,
  /** @type {Person[]} */ people: [],
  me: null,
  conversations: [],
  conv: null,
  tab: "chat",
  screen: "list",
  drawer: "none",
  clock: { now: Date.now(), at: performance.now(), start: null },
  /** conv id → {rev, list, ready}。 */ messages: new Map(),
  online: true,
};

const watchers = [];

/** 订阅:keys 里任何一个变了,就调用 fn。 */
export function on(keys, fn) {
  watchers.push({ keys: new Set(keys), fn });
}

/** 改状态;值没有变的键不通知。 */
export function set(patch) {
  const changed = Object.keys(patch).filter((key) => state[key] !== patch[key]);
  Object.assign(state, patch);
  notify(changed);
}

/** 里面的东西变了(Map、列表),直接说哪些键变了。 */
export function notify(keys) {
  if (keys.length === 0) return;
  for (const { keys: wanted, fn } of watchers) if (keys.some((key) => wanted.has(key))) fn();
}

/** 沙箱此刻(毫秒):上次读到的时刻加上之后真实流过的时间。 */
export function now() {
  return state.clock.now + (performance.now() - state.clock.at);
}

export const person = (userid) => state.people.find((p) => p.userid === userid) ?? null;
export const me = () => person(state.me);
export const conversation = (id) => state.conversations.find((c) => c.id === id) ?? null;

/** 某会话的消息箱;没有就建一个空的。 */
export function box(conv) {
  let found = state.messages.get(conv);
  if (!found) state.messages.set(conv, (found = { rev: 0, list: [], ready: false }));
  return found;
}
