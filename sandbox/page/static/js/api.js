/**
 * 控制接口 api:页面与沙箱之间唯一的门。出错一律抛 ApiError,say 是可以给人看的话。
 */

const BASE = "/_sandbox/api/";
const UNREACHABLE = "连不上沙箱。请您看看启动它的窗口是否还开着，再试一次。";
const UNREADABLE = "沙箱的回答读不懂，请您刷新页面再试。";

export class ApiError extends Error {
  /** @param {string} code @param {string} say @param {number} status */
  constructor(code, say, status) {
    super(say);
    this.code = code;
    this.say = say;
    this.status = status;
  }
}

async function call(method, path, body) {
  let response;
  try {
    response = await fetch(BASE + path, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new ApiError("UNREACHABLE", UNREACHABLE, 0);
  }
  let data;
  try {
    data = await response.json();
  } catch {
    throw new ApiError("UNREADABLE", UNREADABLE, response.status);
  }
  if (!response.ok) throw new ApiError(data.error ?? "REFUSED", data.say ?? UNREADABLE, response.status);
  return data;
}

const query = (params) => new URLSearchParams(params).toString();

export const api = {
  info: () => call("GET", "info"),
  clock: () => call("GET", "clock"),
  setClock: (iso) => call("PUT", "clock", { now: iso }),
  people: () => call("GET", "people"),
  conversations: (userid) => call("GET", `conversations?${query({ userid })}`),
  messages: (userid, conversation, after) => call("GET", `messages?${query({ userid, conversation, after })}`),
  say: (body) => call("POST", "say", body),
  press: (body) => call("POST", "press", body),
  faults: () => call("GET", "faults"),
  setFaults: (body) => call("PUT", "faults", body),
  meters: () => call("GET", "meters"),
  setMeters: (body) => call("PUT", "meters", body),
  redeliver: (body) => call("POST", "redeliver", body),
  log: (after) => call("GET", `log?${query({ after })}`),
  ding: (what, body) => call("POST", `ding/${what}`, body),
};
