// The page's few icons, drawn on a 16-unit square with strokes in the current colour.
import { svg } from './dom.js';
import { kindName } from './kinds.js';

const PATHS = /** @type {Record<string, string>} */ ({
  copy: 'M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z',
  check: 'M3 8.5l3.2 3.2L13 4.8',
  close: 'M4 4l8 8M12 4l-8 8',
  search: 'M7 2.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 0 1 0-9zM10.3 10.3L14 14',
  filter: 'M2 4h12M4.5 8h7M7 12h2',
  sun: 'M8 5a3 3 0 1 1 0 6a3 3 0 0 1 0-6zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M3 13l1-1M12 4l1-1',
  moon: 'M13.5 9.8A6 6 0 0 1 6.2 2.5a6 6 0 1 0 7.3 7.3z',
  auto: 'M2.5 3h11v8h-11zM6 14h4M8 11v3',
  left: 'M10 3L5 8l5 5',
  right: 'M6 3l5 5-5 5',
  down: 'M3 6l5 5 5-5',
  up: 'M3 10l5-5 5 5',
  trash: 'M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.6 9h5.8l.6-9M6.8 7v4M9.2 7v4',
  export: 'M8 10V2.5M5 5.5l3-3 3 3M3 9.5v4h10v-4',
  star: 'M8 2l1.8 3.8 4.2.6-3 2.9.7 4.1L8 11.4l-3.7 2 .7-4.1-3-2.9 4.2-.6z',
  tool: 'M9.8 2.6a3.4 3.4 0 0 0-4 4.5L2.5 10.4l3 3 3.3-3.3a3.4 3.4 0 0 0 4.5-4l-2.1 2-2.2-.7-.6-2.2z',
  warning: 'M8 2.2L14.5 13.5h-13zM8 6.5v3.2M8 11.6v.2',
  error: 'M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8zM8 4.8v4M8 11v.2',
  clock: 'M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8zM8 4.5V8l2.4 1.6',
  user: 'M8 2.5a2.7 2.7 0 1 1 0 5.4a2.7 2.7 0 0 1 0-5.4zM2.8 13.8c.4-3 2.4-4.4 5.2-4.4s4.8 1.4 5.2 4.4',
  plug: 'M6 2v3M10 2v3M4.2 5h7.6v2.6a3.8 3.8 0 0 1-7.6 0zM8 11.4V14',
  file: 'M4 1.8h5.2L12.5 5v9.2H4zM9 1.8V5.2h3.4',
  edit: 'M3 13l.7-3L10.6 3l2.3 2.3L6 12.2zM9.2 4.4l2.3 2.3',
  columns: 'M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10',
  more: 'M3.5 8h.2M8 8h.2M12.5 8h.2',
});

/** Decoration only: the control that holds it carries the name. @param {string} name @param {string} [className] */
export function icon(name, className = '') {
  const filled = name === 'more' ? ' icon-bold' : '';
  return svg('svg', {
    class: `icon${filled} ${className}`.trim(),
    viewBox: '0 0 16 16',
    'aria-hidden': 'true',
    focusable: 'false',
  }, svg('path', { d: PATHS[name] }));
}

/** What kind of work a span did, as colour and shape: colour alone would not reach everybody. */
const SHAPES = /** @type {Record<string, string>} */ ({
  llm: 'M8 1.5l1.9 4.6 4.6 1.9-4.6 1.9L8 14.5l-1.9-4.6L1.5 8l4.6-1.9z',
  agent: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM8 5.5a2.5 2.5 0 1 0 0 5a2.5 2.5 0 0 0 0-5z',
  chain: 'M2 5.5h12v5H2z',
  tool: 'M3 3h10v10H3z',
  retriever: 'M8 2l6 11H2z',
  embedding: 'M8 1.8L14 8l-6 6.2L2 8z',
  reranker: 'M2.5 3h11L8 14z',
  guardrail: 'M8 1.5l5.5 2v4.2c0 3.3-2.2 5.6-5.5 6.8-3.3-1.2-5.5-3.5-5.5-6.8V3.5z',
  evaluator: 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11z',
  other: 'M8 5a3 3 0 1 1 0 6a3 3 0 0 1 0-6z',
});

/** @param {string | null | undefined} kind */
export function kindMark(kind) {
  const name = kindName(kind);
  return svg(
    'svg',
    { class: `kind kind-${name}`, viewBox: '0 0 16 16', 'aria-hidden': 'true' },
    svg('path', { d: SHAPES[name], 'fill-rule': 'evenodd' }),
  );
}
