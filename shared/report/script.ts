/** The scripts of the report: filters and sorting, which only exist where scripts run. Without them the page is whole. */

/** The order of the rows as they come, for people. */
const WORST_FIRST = 'worst first';

export const REPORT_SCRIPT = `
(() => {
  const form = document.querySelector('.filters');
  const body = document.querySelector('.workloads tbody');
  const heads = [...document.querySelectorAll('.workloads thead th')];
  if (!form || !body) return;
  const output = form.querySelector('output');
  const order = new WeakMap();
  let column = -1;
  const nameOf = (row) => row.querySelector('.name').textContent;
  const weightOf = (row) => Number(row.cells[column].dataset.weight ?? -1);
  const compare = (a, b) =>
    (column === 0 ? nameOf(a).localeCompare(nameOf(b)) : column > 0 ? weightOf(b) - weightOf(a) : 0) ||
    order.get(a) - order.get(b);
  const sort = () => {
    const sorted = [...body.rows].sort(compare);
    // What stands where it should is not moved: it may hold the focus.
    sorted.forEach((row, index) => {
      if (body.rows[index] !== row) body.insertBefore(row, body.rows[index]);
    });
    heads.forEach((head, index) => {
      if (index === column) head.setAttribute('aria-sort', index === 0 ? 'ascending' : 'descending');
      else head.removeAttribute('aria-sort');
    });
  };
  const show = () => {
    const { namespace, kind, missed } = Object.fromEntries(new FormData(form));
    const rows = [...body.rows];
    let shown = 0;
    for (const row of rows) {
      const { dataset } = row;
      row.hidden =
        (namespace !== '' && dataset.namespace !== namespace) ||
        (kind !== '' && dataset.kind !== kind) ||
        (missed !== '' && !dataset.missed.split(' ').includes(missed));
      if (!row.hidden) shown++;
    }
    const count = (shown === rows.length ? '' : shown + ' of ') + rows.length + (rows.length === 1 ? ' workload' : ' workloads');
    const by = column > 0 ? heads[column].dataset.name : '';
    const said = count + ', ' + (column < 0 ? '${WORST_FIRST}' : column === 0 ? 'by name' : 'worst for ' + by + ' first');
    // Said again only where it is something else.
    if (output.value !== said) output.value = said;
  };
  const number = () => [...body.rows].forEach((row, index) => order.set(row, index));
  const sortBy = (wanted) => {
    column = heads[wanted] ? wanted : -1;
    sort();
    show();
  };
  heads.forEach((head, index) => {
    const button = head.querySelector('button');
    button.hidden = false;
    button.addEventListener('click', () => {
      sortBy(column === index ? -1 : index);
      form.dispatchEvent(new Event('sorted'));
    });
  });
  number();
  show();
  form.addEventListener('change', show);
  form.addEventListener('reset', () => setTimeout(() => {
    sortBy(-1);
    form.dispatchEvent(new Event('sorted'));
  }));
  form.addEventListener('submit', (event) => event.preventDefault());
  form.hidden = false;
  // For the script of a host, which may bring other rows.
  form.sortedBy = () => column;
  form.sortBy = sortBy;
  form.rowsChanged = () => {
    number();
    sortBy(column);
  };
})();
`;

/**
 * The script of the page in VS Code: links to places, `#place=FILE:LINE:CHARACTER` with numbers only, are told to the extension; what is
 * filtered and sorted outlasts the page's being hidden; and a newer page takes the place of what it shows, while a person stays where they
 * are.
 */
export const REPORT_PLACES_SCRIPT = `
(() => {
  const host = acquireVsCodeApi();
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element && event.target.closest('a[href^="#place="]');
    if (!link) return;
    event.preventDefault();
    event.stopPropagation();
    const [file, line, character] = link.getAttribute('href').slice('#place='.length).split(':').map(Number);
    host.postMessage({ file, line, character });
  }, true);
  const form = document.querySelector('.filters');
  const body = document.querySelector('.workloads tbody');
  if (!form || !body) {
    host.postMessage({ ready: true });
    return;
  }
  const scroller = document.querySelector('.scroll');
  const keep = () => {
    const { scrollX: x, scrollY: y } = window;
    const opened = [...body.querySelectorAll('details[open]')].map((one) => one.closest('tr').dataset.key);
    host.setState({ ...Object.fromEntries(new FormData(form)), column: form.sortedBy(), x, y, across: scroller.scrollLeft, down: scroller.scrollTop, opened });
  };
  const choose = (field, value) => {
    field.value = [...field.options].some((option) => option.value === value) ? value : '';
  };
  const open = (keys) => {
    for (const row of body.rows) {
      const details = row.querySelector('details');
      if (details && keys.includes(row.dataset.key)) details.open = true;
    }
  };
  const state = host.getState() ?? {};
  for (const select of form.querySelectorAll('select')) choose(select, state[select.name] ?? '');
  open(state.opened ?? []);
  form.sortBy(state.column ?? -1);
  window.scrollTo(state.x ?? 0, state.y ?? 0);
  scroller.scrollTo(state.across ?? 0, state.down ?? 0);
  form.addEventListener('change', keep);
  form.addEventListener('sorted', keep);
  body.addEventListener('toggle', keep, true);
  let quiet;
  const soon = () => {
    clearTimeout(quiet);
    quiet = setTimeout(keep, 200);
  };
  window.addEventListener('scroll', soon);
  scroller.addEventListener('scroll', soon);

  const STOPS = 'a, summary';
  const bringUpToDate = (text) => {
    const next = new DOMParser().parseFromString(text, 'text/html');
    const active = document.activeElement;
    const activeRow = active.closest('.workloads tbody tr');
    const holder = activeRow ?? active.closest('[data-part]');
    const stop = holder && [...holder.querySelectorAll(STOPS)].indexOf(active);
    const practice = active.closest('td')?.cellIndex;
    const { scrollX, scrollY } = window;
    const { scrollLeft, scrollTop } = scroller;
    for (const part of document.querySelectorAll('[data-part]')) {
      const fresh = next.querySelector('[data-part="' + part.dataset.part + '"]');
      part.hidden = fresh.hidden;
      if (!part.contains(form) && part.innerHTML !== fresh.innerHTML) part.replaceChildren(...fresh.childNodes);
    }
    for (const select of form.querySelectorAll('select')) {
      const { value } = select;
      const fresh = next.querySelector('select[name=' + select.name + ']');
      if (select.innerHTML === fresh.innerHTML) continue;
      select.replaceChildren(...fresh.childNodes);
      choose(select, value);
    }
    const before = new Map([...body.rows].map((row) => [row.dataset.key, row]));
    const made = new Map();
    const rows = [...next.querySelectorAll('.workloads tbody tr')].map((fresh) => {
      const old = before.get(fresh.dataset.key);
      if (!old) return fresh;
      const same = old.cloneNode(true);
      same.removeAttribute('hidden');
      same.querySelector('details')?.removeAttribute('open');
      if (same.isEqualNode(fresh)) return old;
      const details = fresh.querySelector('details');
      if (details && old.querySelector('details')?.open) details.open = true;
      made.set(old, fresh);
      return fresh;
    });
    const kept = new Set(rows);
    for (const row of [...body.rows]) if (!kept.has(row)) row.remove();
    rows.forEach((row, index) => {
      if (body.rows[index] !== row) body.insertBefore(row, body.rows[index] ?? null);
    });
    form.rowsChanged();
    if (active !== document.activeElement) {
      const row = holder?.isConnected ? holder : made.get(holder);
      const cell = practice === undefined ? undefined : row?.cells?.[practice]?.querySelector(STOPS);
      const again = active.isConnected ? active : (cell ?? row?.querySelectorAll(STOPS)[stop] ?? row?.querySelector(STOPS) ?? scroller);
      again.focus({ preventScroll: true });
    }
    window.scrollTo(scrollX, scrollY);
    scroller.scrollTo(scrollLeft, scrollTop);
    keep();
  };
  window.addEventListener('message', ({ data }) => {
    if (typeof data?.page === 'string') bringUpToDate(data.page);
  });
  host.postMessage({ ready: true });
})();
`;
