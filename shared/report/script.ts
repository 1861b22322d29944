/** The script of the report: filters, which only exist where scripts run. Without it the page is whole. */

export const REPORT_SCRIPT = `
(() => {
  const form = document.querySelector('.filters');
  if (!form) return;
  const rows = [...document.querySelectorAll('.workloads tbody tr')];
  const output = form.querySelector('output');
  const show = () => {
    const { namespace, kind, missed } = Object.fromEntries(new FormData(form));
    let shown = 0;
    for (const row of rows) {
      const { dataset } = row;
      row.hidden =
        (namespace !== '' && dataset.namespace !== namespace) ||
        (kind !== '' && dataset.kind !== kind) ||
        (missed !== '' && !dataset.missed.split(' ').includes(missed));
      if (!row.hidden) shown++;
    }
    output.value = (shown === rows.length ? '' : shown + ' of ') + rows.length + (rows.length === 1 ? ' workload' : ' workloads');
  };
  form.addEventListener('change', show);
  form.addEventListener('reset', () => setTimeout(show));
  form.addEventListener('submit', (event) => event.preventDefault());
  form.hidden = false;
})();
`;

/**
 * The script of the page in VS Code: links to places, `#place=FILE:LINE:CHARACTER` with numbers only, are told to the extension, and what
 * is filtered outlasts the page's being hidden.
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
  if (!form) return;
  for (const [name, value] of Object.entries(host.getState() ?? {})) {
    const field = form.elements.namedItem(name);
    if (field && [...field.options].some((option) => option.value === value)) field.value = value;
  }
  form.dispatchEvent(new Event('change'));
  form.addEventListener('change', () => host.setState(Object.fromEntries(new FormData(form))));
  form.addEventListener('reset', () => host.setState({}));
})();
`;
