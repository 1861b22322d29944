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
