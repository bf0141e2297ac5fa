// News from the server: an event stream where there is one, else a look every few seconds while the page is visible.
import { address, isAbsent, isLocked, onContact } from './api.js';

const POLL_MS = 4000;
/** Bursts of events count as one piece of news. */
const CALM_MS = 400;
/** However fast events come, news comes no faster: each piece asks the server what there is now. */
const NEWS_MS = 1000;
/** A browser opens few connections to one server; pages that nobody sees must not hold them. */
const HIDDEN_MS = 5000;
/** A stream that was refused is tried again after a pause that doubles up to the most. */
const RETRY_MS = 2000;
const RETRY_MAX_MS = 60_000;

/** @type {Set<(untold: boolean) => void>} */
const listeners = new Set();
/** @type {Set<(ids: Set<string>) => void>} */
const mourners = new Set();
/**
 * What is known of the server: nothing before its first answer, `live` while its stream is open, `polling` where the
 * page looks by itself, `lost` where it does not answer, `locked` while it waits for a key.
 * @typedef {'unknown' | 'live' | 'polling' | 'lost' | 'locked'} Contact
 */

/** @type {Contact} */
let contact = 'unknown';
/** @type {(state: Contact) => void} */
let listener = () => {};

/** @param {Contact} state */
function show(state) {
  contact = state;
  listener(state);
}

/** @type {EventSource | null} */
let source = null;
let streaming = false;
/** The last event that was read: a stream that is opened again goes on behind it. */
let position = '';
/** How often in a row the server refused the stream. */
let refusals = 0;
let retry = 0;
/** Whether something may have happened since the last news that no event told. */
let missed = false;
let timer = 0;
let told = -NEWS_MS;
let hiding = 0;

const visible = () => document.visibilityState === 'visible';

function tell() {
  clearTimeout(timer);
  timer = 0;
  told = performance.now();
  // A question more would wait for the key with all the others.
  if (!visible() || isLocked()) return;
  const untold = missed || !streaming;
  missed = false;
  for (const run of listeners) run(untold);
}

function news() {
  // Never put off by the next event: under a steady stream there is news, too.
  timer ||= setTimeout(tell, Math.max(CALM_MS, told + NEWS_MS - performance.now()));
}

/**
 * Calls `run` when something may have changed, until the returned function is called.
 * @param {(untold: boolean) => void} run hears whether there may be deletions that `onDeleted` did not tell
 */
export function onNews(run) {
  listeners.add(run);
  return () => {
    listeners.delete(run);
  };
}

/**
 * Calls `run` with the IDs of sessions and traces that are no more, until the returned function is called.
 * @param {(ids: Set<string>) => void} run
 */
export function onDeleted(run) {
  mourners.add(run);
  return () => {
    mourners.delete(run);
  };
}

/** @param {Iterable<string>} ids of sessions and traces */
export function tellDeleted(ids) {
  const gone = new Set(ids);
  if (gone.size) { for (const run of mourners) run(gone); }
}

/** The server wants a key before it answers anything. */
export function reportLocked() {
  show('locked');
}

/** The IDs that an event of deletion names; none where it can't be read. @param {string} data */
export function deletedIDs(data) {
  try {
    const { session_id: session, trace_id: trace } = JSON.parse(data);
    return [session, trace].filter((id) => typeof id === 'string');
  } catch {
    return [];
  }
}

/**
 * How long to wait before the next try, in ms: pages that were refused together do not come back together.
 * @param {number} refused how often in a row @param {number} chance from 0 to 1
 */
export function retryPause(refused, chance) {
  return Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** Math.min(refused - 1, 10)) * (0.5 + chance / 2);
}

function close() {
  clearTimeout(retry);
  source?.close();
  source = null;
  streaming = false;
}

/** Opens the stream of events where none is open. */
export function openStream() {
  if (source && source.readyState !== EventSource.CLOSED) return;
  if (typeof EventSource === 'undefined' || isAbsent('events')) return;
  clearTimeout(retry);
  const opened = new EventSource(address('api/v1/events', { last_event_id: position }));
  source = opened;
  opened.addEventListener('open', () => {
    streaming = true;
    refusals = 0;
    missed ||= !position;
    show('live');
    // What was committed between the first answer and the stream.
    news();
  });
  opened.addEventListener('error', () => {
    streaming = false;
    if (contact === 'live') show('polling');
    // CLOSED: the server refused, and the browser gave up. Otherwise it connects again by itself; whether the server
    // is there at all shows the next look.
    if (opened.readyState !== EventSource.CLOSED) return news();
    if (opened !== source) return;
    refusals += 1;
    retry = setTimeout(() => {
      if (visible()) openStream();
    }, retryPause(refusals, Math.random()));
  });
  // reset: changes were missed for good; everything is read anew on any news.
  for (const type of ['session', 'trace', 'deleted', 'reset']) {
    opened.addEventListener(type, (event) => {
      position = event.lastEventId || position;
      if (type === 'deleted') tellDeleted(deletedIDs(event.data));
      missed ||= type === 'reset';
      news();
    });
  }
}

/** @param {(state: Contact) => void} onState */
export function startLive(onState) {
  listener = onState;
  onContact((answers) => show(answers ? (streaming ? 'live' : 'polling') : 'lost'));
  if (isLocked()) show('locked');
  openStream();
  setInterval(() => {
    if (!streaming) tell();
  }, POLL_MS);
  document.addEventListener('visibilitychange', () => {
    clearTimeout(hiding);
    if (visible()) {
      openStream();
      news();
    } else hiding = setTimeout(close, HIDDEN_MS);
  });
  addEventListener('pagehide', close);
  addEventListener('pageshow', (event) => {
    if (event.persisted) openStream();
  });
}
