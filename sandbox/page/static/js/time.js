/**
 * 时间 time:一律按上海的钟面显示(UTC+8,无夏令时),与看的人所在时区无关。
 */

const OFFSET = 8 * 3600_000;
const DAY = 86_400_000;
const WEEK = ["周日", "周一", "周二", "周三", "周四", "周五", "周六"];
const pad = (n) => String(n).padStart(2, "0");

/** 毫秒 → 上海钟面的各部分。 */
export function wall(ms) {
  const d = new Date(ms + OFFSET);
  return {
    year: d.getUTCFullYear(), month: d.getUTCMonth() + 1, day: d.getUTCDate(),
    hour: d.getUTCHours(), minute: d.getUTCMinutes(), week: d.getUTCDay(),
    dayNo: Math.floor((ms + OFFSET) / DAY),
  };
}

/** 上海钟面 → 毫秒。 */
export function instant(year, month, day, hour = 0, minute = 0) {
  return Date.UTC(year, month - 1, day, hour, minute) - OFFSET;
}

/** 沙箱要的 ISO 写法,带 +08:00。 */
export function iso(ms) {
  const w = wall(ms);
  return `${w.year}-${pad(w.month)}-${pad(w.day)}T${pad(w.hour)}:${pad(w.minute)}:00+08:00`;
}

/** <input type="datetime-local"> 的值。 */
export const pickerValue = (ms) => iso(ms).slice(0, 16);

export function fromPicker(value) {
  const m = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(value);
  return m ? instant(+m[1], +m[2], +m[3], +m[4], +m[5]) : null;
}

export function hm(ms) {
  const w = wall(ms);
  return `${pad(w.hour)}:${pad(w.minute)}`;
}

/** 2026年11月23日 周一 09:30 */
export function full(ms) {
  const w = wall(ms);
  return `${w.year}年${w.month}月${w.day}日 ${WEEK[w.week]} ${hm(ms)}`;
}

/** 11月23日 周一 09:30 */
export function short(ms) {
  const w = wall(ms);
  return `${w.month}月${w.day}日 ${WEEK[w.week]} ${hm(ms)}`;
}

/** 会话列表里的时间:今天只写钟点,昨天写昨天,更早写日期。 */
export function listTime(ms, now) {
  const then = wall(ms), today = wall(now);
  if (then.dayNo === today.dayNo) return hm(ms);
  if (then.dayNo === today.dayNo - 1) return "昨天";
  if (then.dayNo < today.dayNo && then.dayNo > today.dayNo - 7) return WEEK[then.week];
  return then.year === today.year ? `${then.month}月${then.day}日` : `${then.year}/${then.month}/${then.day}`;
}

/** 聊天里的时间分隔。 */
export function separator(ms, now) {
  const then = wall(ms), today = wall(now);
  if (then.dayNo === today.dayNo) return hm(ms);
  if (then.dayNo === today.dayNo - 1) return `昨天 ${hm(ms)}`;
  return then.year === today.year ? short(ms) : full(ms);
}

/** 明天 09:00。 */
export function tomorrowNine(now) {
  const w = wall(now);
  return instant(w.year, w.month, w.day + 1, 9, 0);
}

/** 下月 1 日 09:00。 */
export function nextMonthFirst(now) {
  const w = wall(now);
  return instant(w.year, w.month + 1, 1, 9, 0);
}
