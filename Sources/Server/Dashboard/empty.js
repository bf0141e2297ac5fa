// What the page says before there is anything to show: how to point an SDK here, and a conversation to look at.
import { change, explain, ORIGIN } from './api.js';
import { demoRequest } from './demo.js';
import { el, replace } from './dom.js';
import * as format from './format.js';
import { icon } from './icons.js';
import { link } from './navigation.js';
import { codeBlock, toast } from './notices.js';

const RECIPES = [
  {
    id: 'futureagi',
    title: 'FutureAGI',
    code: () =>
      `pip install fi-instrumentation-otel traceai-openai
export FI_BASE_URL=${ORIGIN}
export FI_API_KEY=any FI_SECRET_KEY=any`,
    then: 'The SDK asks for two keys; Steno ignores them while it has none of its own.',
  },
  {
    id: 'otel',
    title: 'OpenTelemetry',
    code: () =>
      `export OTEL_EXPORTER_OTLP_ENDPOINT=${ORIGIN}
export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf`,
    then: 'Every OTLP/HTTP exporter: Python, JS, Go, Java, .NET, Rust, the Collector.',
  },
  {
    id: 'openinference',
    title: 'OpenInference',
    code: () => `export PHOENIX_COLLECTOR_ENDPOINT=${ORIGIN}/v1/traces`,
    then: 'For phoenix.otel.register() and the OpenInference instrumentors.',
  },
  {
    id: 'langfuse',
    title: 'Langfuse',
    code: () =>
      `export LANGFUSE_HOST=${ORIGIN}
export LANGFUSE_PUBLIC_KEY=any LANGFUSE_SECRET_KEY=any`,
    then: 'Langfuse SDKs of version 3 and later, which send OTLP.',
  },
  {
    id: 'traceloop',
    title: 'Traceloop',
    code: () => `export TRACELOOP_BASE_URL=${ORIGIN}`,
    then: 'OpenLLMetry and what is built on it.',
  },
];

const TAGGING = `from fi_instrumentation import using_session, using_user

with using_session("session-c91d4e"), using_user("user-7f3a2b"):
    client.chat.completions.create(model="gpt-4o-mini", messages=messages)`;

/** Tabs over the SDKs. */
function recipes() {
  const panel = el('div', { role: 'tabpanel', class: 'recipe', id: 'recipe-panel', tabindex: '0' });
  /** @type {HTMLElement[]} */
  const tabs = [];
  const choose = (/** @type {number} */ at) => {
    tabs.forEach((tab, index) => {
      tab.setAttribute('aria-selected', String(index === at));
      tab.setAttribute('tabindex', index === at ? '0' : '-1');
    });
    panel.setAttribute('aria-labelledby', `recipe-${RECIPES[at].id}`);
    replace(
      panel,
      codeBlock(RECIPES[at].code(), `set-up for ${RECIPES[at].title}`),
      el('p', { class: 'faint' }, RECIPES[at].then),
    );
  };
  RECIPES.forEach((recipe, at) =>
    tabs.push(
      el('button', {
        type: 'button',
        role: 'tab',
        id: `recipe-${recipe.id}`,
        'aria-controls': 'recipe-panel',
        on: { click: () => choose(at) },
      }, recipe.title),
    )
  );
  const list = el('div', { role: 'tablist', class: 'recipe-tabs', 'aria-label': 'SDK' }, tabs);
  list.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    const step = { ArrowRight: 1, ArrowLeft: tabs.length - 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = (tabs.indexOf(/** @type {HTMLElement} */ (document.activeElement)) + step) % tabs.length;
    choose(at);
    tabs[at].focus();
  });
  choose(0);
  return el('div', { class: 'recipes' }, list, panel);
}

/** @param {() => void} done */
export function demoButton(done) {
  const button = el('button', { type: 'button', class: 'button primary' }, 'Load the demo conversation');
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      await change('POST', 'v1/traces', demoRequest(Date.now()));
      toast('Three turns on photosynthesis are in project chatbot-session-demo');
      done();
    } catch (error) {
      toast(explain(error), 'error');
    } finally {
      button.disabled = false;
    }
  });
  return button;
}

/** How to send something here. */
export function connectGuide() {
  return el(
    'ol',
    { class: 'steps' },
    el(
      'li',
      {},
      el('h2', {}, 'Point an SDK at Steno'),
      el('p', {}, 'One environment variable; your code stays as it is.'),
      recipes(),
    ),
    el(
      'li',
      {},
      el('h2', {}, 'Say which session and user it is'),
      el('p', {}, 'Spans that carry the same ', el('code', {}, 'session.id'), ' become one conversation.'),
      codeBlock(TAGGING, 'tagging example'),
    ),
    el(
      'li',
      {},
      el('h2', {}, 'Watch it arrive'),
      el('p', {}, 'Conversations show up under Sessions within a second of the export. This page updates by itself.'),
    ),
  );
}

/** Traces are there, but none says whose or of which session it is. @param {string} noun @param {number} traces */
export function untaggedState(noun, traces) {
  const key = noun === 'user' ? 'user.id' : 'session.id';
  return el(
    'div',
    { class: 'welcome' },
    el(
      'div',
      { class: 'welcome-head' },
      icon(noun === 'user' ? 'user' : 'plug', 'large'),
      el('p', { class: 'empty-title' }, `No ${noun}s yet`),
      el(
        'p',
        {},
        `${format.plural(traces, 'trace')} arrived, but none carries `,
        el('code', {}, key),
        '. They are under ',
        link({ view: 'traces', params: {} }, {}, 'LLM Tracing'),
        '.',
      ),
    ),
    codeBlock(TAGGING, 'tagging example'),
  );
}

/** @param {() => void} done */
export function emptyState(done) {
  return el(
    'div',
    { class: 'welcome' },
    el(
      'div',
      { class: 'welcome-head' },
      icon('plug', 'large'),
      el('p', { class: 'empty-title' }, 'Ready to take notes'),
      el('p', {}, 'Steno writes down what your LLM application sends and gives every conversation back as one thing.'),
    ),
    el('div', { class: 'demo' }, el('p', {}, 'Nothing to send yet?'), demoButton(done)),
    connectGuide(),
  );
}
