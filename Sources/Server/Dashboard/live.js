// News from the server: an event stream where there is one, else a look every few seconds while the page is visible.
import { address, isAbsent } from './api.js';

const POLL_MS = 4000;
/** Bursts of events count as one piece of news. */
const CALM_MS = 400;
/** However fast events come, news comes no faster: each piece asks the server what there is now. */
const NEWS_MS = 1000;
/** A browser opens few connections to one server; pages that nobody sees must not hold them. */
const HIDDEN_MS = 5000;

/** @type {Set<() => void>} */
const listeners = new Set();
/** @type {Set<(ids: Set<string>) => void>} */
const mourners = new Set();
/** @type {(state: 'live' | 'polling' | 'lost') => void} */
let show = () => {};
/** @type {EventSource | null} */
let source = null;
let streaming = false;
/** The last event that was read: a stream that is opened again goes on behind it. */
let position = '';
let timer = 0;
let told = -NEWS_MS;
let hiding = 0;

const visible = () => document.visibilityState === 'visible';

function tell() {
  clearTimeout(timer);
  timer = 0;
  told = performance.now();
  if (visible()) { for (const run of listeners) run(); }
}

function news() {
  // Never put off by the next event: under a steady stream there is news, too.
  timer ||= setTimeout(tell, Math.max(CALM_MS, told + NEWS_MS - performance.now()));
}

/** Calls `run` when something may have changed, until the returned function is called. @param {() => void} run */
export function onNews(run) {
  listeners.add(run);
  return () => {
    listeners.delete(run);
  };
}

/** Calls `run` with the IDs of sessions and traces that are no more. @param {(ids: Set<string>) => void} run */
export function onDeleted(run) {
  mourners.add(run);
}

/** @param {Iterable<string>} ids of sessions and traces */
export function tellDeleted(ids) {
  const gone = new Set(ids);
  if (gone.size) { for (const run of mourners) run(gone); }
}

/** @param {boolean} well */
export function reportContact(well) {
  show(well ? (streaming ? 'live' : 'polling') : 'lost');
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

function close() {
  source?.close();
  source = null;
  streaming = false;
}

/** Opens the stream of events where none is open. */
export function openStream() {
  if (source && source.readyState !== EventSource.CLOSED) return;
  if (typeof EventSource === 'undefined' || isAbsent('events')) return;
  const opened = new EventSource(address('api/v1/events', { last_event_id: position }));
  source = opened;
  opened.addEventListener('open', () => {
    streaming = true;
    show('live');
    // What was committed between the first answer and the stream.
    news();
  });
  opened.addEventListener('error', () => {
    streaming = false;
    // CLOSED: the server has no such stream and the browser gave up. Otherwise the browser reconnects by itself.
    show('polling');
  });
  // reset: changes were missed for good; everything is read anew on any news.
  for (const type of ['session', 'trace', 'deleted', 'reset']) {
    opened.addEventListener(type, (event) => {
      position = event.lastEventId || position;
      if (type === 'deleted') tellDeleted(deletedIDs(event.data));
      news();
    });
  }
}

/** @param {(state: 'live' | 'polling' | 'lost') => void} onState */
export function startLive(onState) {
  show = onState;
  show('polling');
  openStream();
  setInterval(() => {
    if (!streaming && visible()) { for (const run of listeners) run(); }
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
