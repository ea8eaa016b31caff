/**
 * 机器人连上没有 awake:演示刚启动时机器人还在装公司资料,先说一声,连上了自己消失。
 */
import { h } from "./dom.js";

const EVERY = 2000;
let up = false;

/** 会话顶上的一条:没连上才显示;连上后移除自己。 */
export function awakeBar() {
  const bar = h("p", { class: "awake", role: "status", hidden: true },
    "机器人还没有连上：第一次启动要装入公司资料，约半分钟。连上之后这条会消失，届时再说话就有回答。");
  if (!up) look(bar);
  return bar;
}

async function look(bar) {
  try {
    const answer = await fetch("/_sandbox/api/connected?timeout=0");
    up = (await answer.json()).connections > 0;
  } catch {
    up = false;
  }
  bar.hidden = up;
  if (!up) setTimeout(() => { if (bar.isConnected) look(bar); }, EVERY);
}
