/**
 * 链接 links:本机 /m/ 的页开进手机框,dtmd 链接替人说一句话,别的地址只显示、不打开。
 */
import { h, toast } from "./dom.js";

/** 打开方式由 main.js 接上,这里只认得目的。 */
const actions = { openPage: (_to) => {}, say: (_text) => {} };

/** 接上真正的动作。 @param {{openPage:(to:string)=>void, say:(text:string)=>void}} given */
export function connect(given) {
  Object.assign(actions, given);
}

/** 认出地址是哪一种:{kind:"page",to} | {kind:"say",text} | {kind:"other",url}。 */
export function target(url) {
  let parsed;
  try {
    parsed = new URL(url, location.href);
  } catch {
    return { kind: "other", url };
  }
  if (parsed.protocol === "dtmd:") return { kind: "say", text: parsed.searchParams.get("content") ?? "" };
  if (parsed.protocol === "dingtalk:") {
    const inner = parsed.searchParams.get("url");
    return inner ? target(inner) : { kind: "other", url };
  }
  const web = parsed.protocol === "http:" || parsed.protocol === "https:";
  if (web && sameHost(parsed) && /^\/m(\/|$)/.test(parsed.pathname)) return { kind: "page", to: pagePath(parsed) };
  return { kind: "other", url: parsed.href };
}

/** 同一台、同一端口;localhost 与 127.0.0.1 算同一台。 */
function sameHost(parsed) {
  const plain = (name) => (name === "localhost" ? "127.0.0.1" : name);
  return plain(parsed.hostname) === plain(location.hostname) && parsed.port === location.port;
}

/** /m/enter?to=/m/x 本身就是入口,取里面的去处,免得登录两回。 */
function pagePath(parsed) {
  const inner = parsed.pathname === "/m/enter" ? parsed.searchParams.get("to") : null;
  return inner && /^\/m(\/|$)/.test(inner) ? inner : parsed.pathname + parsed.search + parsed.hash;
}

export function follow(url) {
  const goal = target(url);
  if (goal.kind === "page") actions.openPage(goal.to);
  else if (goal.kind === "say") actions.say(goal.text);
  else toast(`这是外部地址，沙箱里只显示、不打开：${goal.url}`);
}

/** 文中链接。外部地址写成可以看清的文字。 */
export function linkElement(url, label) {
  const outside = target(url).kind === "other";
  const click = (event) => {
    event.preventDefault();
    follow(url);
  };
  const title = outside ? `外部地址，沙箱里不打开：${url}` : label;
  return h("a", { href: "#", role: "button", class: outside ? "link link-out" : "link", title, on: { click } }, label);
}
