// How numbers, times and names read. Pure: no document, no clock but the one passed in.

/** What an unknown value looks like; never a zero. */
export const UNKNOWN = '–';

/**
 * Made when first needed: a formatter takes milliseconds to make, and the first rows need few of them.
 * @template T @param {() => T} make @returns {() => T}
 */
function once(make) {
  /** @type {T | undefined} */
  let made;
  return () => (made ??= make());
}

const clockTime = once(() =>
  new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false })
);
const dayOfYear = once(() => new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' }));
const dayAndYear = once(() =>
  new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' })
);

/** 1,234,567. An `Intl.NumberFormat` takes 15 ms to make in a fresh browser. @param {number} value */
function grouped(value) {
  const [whole, fraction] = String(value).split('.');
  return whole.replace(/\B(?=(?:\d{3})+$)/g, ',') + (fraction ? `.${fraction}` : '');
}

/** @param {number | null | undefined} value */
export function count(value) {
  return Number.isFinite(value) ? grouped(/** @type {number} */ (value)) : UNKNOWN;
}

/** At most four characters and a letter: 999, 1.2k, 34k, 5.6M. @param {number | null | undefined} value */
export function compact(value) {
  if (!Number.isFinite(value)) return UNKNOWN;
  let rest = /** @type {number} */ (value);
  for (const unit of ['', 'k', 'M', 'G', 'T']) {
    const size = Math.abs(rest);
    if (size < 999.5 || unit === 'T') {
      if (unit === '') return String(Math.round(rest * 100) / 100);
      return `${size < 9.95 ? rest.toFixed(1).replace(/\.0$/, '') : Math.round(rest)}${unit}`;
    }
    rest /= 1000;
  }
  return UNKNOWN;
}

/** @param {number | null | undefined} milliseconds */
export function duration(milliseconds) {
  if (!Number.isFinite(milliseconds)) return UNKNOWN;
  const ms = Math.max(0, /** @type {number} */ (milliseconds));
  if (ms === 0) return '0 ms';
  if (ms < 1) return `${Math.max(1, Math.round(ms * 1000))} µs`;
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const pad = (/** @type {number} */ n) => String(n).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} m ${pad(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} m`;
  const hours = Math.round(seconds / 3600);
  return `${Math.floor(hours / 24)} d ${pad(hours % 24)} h`;
}

/** US dollars, never rounded to a false zero. @param {number | null | undefined} dollars */
export function cost(dollars) {
  if (!Number.isFinite(dollars)) return UNKNOWN;
  const value = /** @type {number} */ (dollars);
  if (value === 0) return '$0';
  const size = Math.abs(value);
  if (size >= 1000) return `$${grouped(Math.round(value))}`;
  if (size >= 1) return `$${value.toFixed(2)}`;
  if (size >= 0.01) return `$${value.toFixed(3)}`;
  if (size < 0.000001) return '< $0.000001';
  const digits = Math.min(8, 1 - Math.floor(Math.log10(size)));
  return `$${value.toFixed(digits)}`;
}

/** @param {number | null | undefined} bytes */
export function bytes(bytes) {
  if (!Number.isFinite(bytes)) return UNKNOWN;
  const value = /** @type {number} */ (bytes);
  if (value < 1000) return `${value} B`;
  if (value < 999_500) return `${(value / 1000).toFixed(value < 9950 ? 1 : 0)} kB`;
  if (value < 999_500_000) return `${(value / 1e6).toFixed(1)} MB`;
  return `${(value / 1e9).toFixed(1)} GB`;
}

/**
 * An RFC 3339 time as whole milliseconds and the nanoseconds beyond them: doubles alone lose the last digits.
 * @param {string | null | undefined} text
 * @returns {{ ms: number, ns: number } | null}
 */
export function instant(text) {
  if (!text) return null;
  const match = /^(.{19})(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)$/.exec(text);
  if (!match) {
    const ms = Date.parse(text);
    return Number.isNaN(ms) ? null : { ms, ns: 0 };
  }
  const fraction = (match[2] ?? '').padEnd(9, '0');
  const ms = Date.parse(`${match[1]}.${fraction.slice(0, 3)}${match[3]}`);
  return Number.isNaN(ms) ? null : { ms, ns: Number(fraction.slice(3)) };
}

/**
 * Milliseconds from one time to another; 0 where either is unknown.
 * @param {string | null} from
 * @param {string | null} to
 */
export function between(from, to) {
  const a = instant(from);
  const b = instant(to);
  return a && b ? b.ms - a.ms + (b.ns - a.ns) / 1e6 : 0;
}

/** @param {string | null | undefined} text @param {number} now ms since 1970 */
export function ago(text, now) {
  const at = instant(text);
  if (!at) return UNKNOWN;
  const seconds = (now - at.ms) / 1000;
  if (seconds < -60) return ahead(-seconds) ?? day(at.ms, now);
  if (seconds < 5) return 'just now';
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  if (seconds < 86400 * 7) return `${Math.floor(seconds / 86400)} d ago`;
  return day(at.ms, now);
}

/** A clock that is ahead of this one, or a span of the future. @param {number} seconds */
function ahead(seconds) {
  if (seconds < 3600) return `in ${Math.floor(seconds / 60)} min`;
  if (seconds < 86400) return `in ${Math.floor(seconds / 3600)} h`;
  return seconds < 86400 * 7 ? `in ${Math.floor(seconds / 86400)} d` : null;
}

/** @param {number} ms @param {number} now */
function day(ms, now) {
  const sameYear = new Date(ms).getFullYear() === new Date(now).getFullYear();
  return (sameYear ? dayOfYear() : dayAndYear()).format(ms);
}

/** Local date and time, to the millisecond. @param {string | null | undefined} text */
export function moment(text) {
  const at = instant(text);
  if (!at) return UNKNOWN;
  const milliseconds = String(((at.ms % 1000) + 1000) % 1000).padStart(3, '0');
  return `${dayAndYear().format(at.ms)}, ${clockTime().format(at.ms)}.${milliseconds}`;
}

/** Local time of day. @param {string | null | undefined} text */
export function clock(text) {
  const at = instant(text);
  return at ? clockTime().format(at.ms) : UNKNOWN;
}

/** Input → output, or the total alone. @param {any} tokens */
export function tokenSplit(tokens) {
  if (!tokens) return UNKNOWN;
  const { input, output, total } = tokens;
  if (Number.isFinite(input) || Number.isFinite(output)) return `${compact(input)} → ${compact(output)}`;
  return compact(total);
}

/** Every part of a token count, as a sentence. @param {any} tokens */
export function tokenDetail(tokens) {
  if (!tokens) return 'Tokens: not reported';
  return Object.entries(tokens)
    .filter(([, value]) => Number.isFinite(value))
    .map(([name, value]) => `${name.replaceAll('_', ' ')} ${count(/** @type {number} */ (value))}`)
    .join(' · ');
}

/** The short form of an ID. @param {string | null | undefined} id */
export function shortID(id) {
  return id ? id.slice(0, 8) : UNKNOWN;
}

const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/**
 * A name or key on one line, with what would hide or turn it round made visible.
 * @param {unknown} text
 */
export function visible(text) {
  return String(text ?? '')
    .replace(/[\t\n]+/g, ' ')
    .replace(INVISIBLE, (c) => `⟨U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`);
}

/** @param {number} n @param {string} one @param {string} [many] */
export function plural(n, one, many = `${one}s`) {
  return `${count(n)} ${n === 1 ? one : many}`;
}
