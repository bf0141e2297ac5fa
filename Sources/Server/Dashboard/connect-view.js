// How to point an SDK here, at any time.
import { el } from './dom.js';
import { connectGuide, demoButton } from './empty.js';
import { navigate } from './navigation.js';

export class ConnectView {
  constructor() {
    this.title = 'Connect an SDK';
    this.element = el(
      'section',
      { class: 'detail connect', 'aria-labelledby': 'view-title' },
      el(
        'header',
        { class: 'detail-head' },
        el('h1', { id: 'view-title', tabindex: '-1', class: 'detail-title' }, this.title),
      ),
      connectGuide(),
      el(
        'div',
        { class: 'demo' },
        el('p', {}, 'Nothing to send yet?'),
        demoButton(() => navigate({ view: 'sessions', params: { project: 'chatbot-session-demo' } })),
      ),
    );
  }

  /** @param {import('./route.js').Route} route */
  accepts(route) {
    return route.view === 'connect';
  }

  start() {}

  suspend() {}

  update() {}
}
