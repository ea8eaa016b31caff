/**
 * 实时 live:听沙箱的事件流;流断了就每 2 秒看一次,接上了再停。
 */
import { refreshAll } from "./sync.js";
import { set, state } from "./store.js";

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
  } catch {
    set({ online: false });
    startPolling();
  } finally {
    busy = false;
  }
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
