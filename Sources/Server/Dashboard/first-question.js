// Asks the first view's question while the rest of the page is still loading.
import { askAhead, path } from './api.js';
import { FIRST_ROWS, listPath, listQuestion, parseRoute } from './route.js';

const route = parseRoute(location.search);
const list = listPath(route);
const { id } = route.params;
if (list) {
  askAhead(list, { ...listQuestion(route, Date.now()), limit: FIRST_ROWS });
} else if (route.view === 'session' && id) {
  import('./session-view.js');
  askAhead(path('sessions', id));
} else if (route.view === 'trace' && id) {
  import('./trace-view.js');
  askAhead(path('traces', id));
}
