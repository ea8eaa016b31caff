/**
 * 实时 live:听沙箱的事件流;流断了就每 2 秒看一次,接上了再停。
 */
import { toast } from "./dom.js";
import { set, state } from "./store.js";
import { refreshAll } from "./sync.js";

const POLL_MS = 2000;

let source = null;
let timer = null;
let busy = false;
let again = false;

/** 为当前的人开一条事件流;换人时重开。 */
export function listen() {
  source?.close();
  source = new EventSource(`/_sandbox/events?${new URLSearchParams({ userid: state.me })}`);
  source.addEventListener("open", () => {
    stopPolling();
    pull();
  });
  source.addEventListener("change", pull);
  source.addEventListener("error", startPolling);
}

/** 几个事件挤在一起时只取一回,取的时候又来了就再取一回。 */
export async function pull() {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  try {
    do {
      again = false;
      await refreshAll();
    } while (again);
    set({ online: true });
  } catch (error) {
    if (error.code === "NO_SUCH_PERSON") leave();
    else lost();
  } finally {
    busy = false;
  }
}

function lost() {
  set({ online: false });
  startPolling();
}

/** 现在扮演的人不在通讯录里了(离职):退回选人。 */
function leave() {
  source?.close();
  stopPolling();
  toast("这个人已经离职，不能再用他的钉钉了。请您另选一个人。", "bad");
  set({ me: null, conv: null, conversations: [], tab: "chat", drawer: "none" });
}

function startPolling() {
  timer ??= setInterval(async () => {
    await pull();
    if (source?.readyState === EventSource.CLOSED && state.online) listen();
  }, POLL_MS);
}

function stopPolling() {
  clearInterval(timer);
  timer = null;
}
