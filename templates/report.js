// The page's own script: filter, copy buttons, deep links into folded parts. The page is complete without it.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const form = document.querySelector('.filter');
  const found = document.querySelector('.found');
  const rows = all('.f').map((element) => ({ element, text: '' }));
  const fields = ['q', 's', 'l', 'n', 'o'];

  /** Shows what matches; a layer or group without a match is folded away. */
  function apply(values) {
    const words = (values.q || '').toLowerCase().split(' ').filter(Boolean);
    const node = (values.o || '').toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const data = row.element.dataset;
      if (words.length > 0 && row.text === '') row.text = row.element.textContent.toLowerCase();
      const fits =
        (!values.s || data.s === values.s) &&
        (!values.l || data.l === values.l) &&
        (!values.n || data.n === values.n) &&
        (!node || data.o.toLowerCase().includes(node)) &&
        words.every((word) => row.text.includes(word));
      row.element.hidden = !fits;
      if (fits) shown++;
    }
    const active = fields.some((field) => values[field]);
    for (const group of all('.group, .single')) {
      group.hidden = active && !group.querySelector('.f:not([hidden])');
      if (group.matches('.group') && active && !group.hidden) group.open = true;
    }
    for (const layer of all('section.layer')) layer.hidden = active && !layer.querySelector('.f:not([hidden])');
    found.textContent = active ? `${shown} of ${rows.length} findings shown` : `${rows.length} findings`;
  }

  const values = () => Object.fromEntries(fields.map((field) => [field, form.elements[field].value.trim()]));
  const state = () => new URLSearchParams(Object.entries(values()).filter(([, value]) => value)).toString();

  /** The filter travels in the fragment as `#?q=…`; any other fragment is a place. */
  function read() {
    if (location.hash.startsWith('#?')) {
      const query = new URLSearchParams(location.hash.slice(2));
      for (const field of fields) form.elements[field].value = query.get(field) || '';
      apply(values());
      document.getElementById('findings').scrollIntoView();
      return;
    }
    let id = location.hash.slice(1);
    try {
      id = decodeURIComponent(id);
    } catch {
      // A fragment that is no encoded text is taken as it is.
    }
    const target = id === '' ? null : document.getElementById(id);
    if (target === null) return;
    if (target.hidden || target.closest('[hidden]') !== null) {
      form.reset();
      apply(values());
    }
    for (let at = target; at !== null; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true;
    const only = target.matches('.single') ? target.querySelector('details') : null;
    if (only !== null) only.open = true;
    target.scrollIntoView();
  }

  function changed() {
    const query = state();
    history.replaceState(null, '', query === '' ? location.pathname + location.search : `#?${query}`);
    apply(values());
  }
  let timer = 0;
  form.hidden = false;
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(changed, 120);
  });
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', () => setTimeout(changed));
  addEventListener('hashchange', read);

  /** Copy buttons, where the browser lets a page copy. */
  function copy(text, button) {
    // The label too: it is what a screen reader says.
    const say = (word) => {
      button.textContent = word;
      button.setAttribute('aria-label', `${word}: ${text}`);
    };
    const done = () => {
      say('Copied');
      setTimeout(() => say('Copy'), 1500);
    };
    const select = () => {
      const area = document.createElement('textarea');
      area.value = text;
      document.body.append(area);
      area.select();
      if (document.execCommand('copy')) done();
      area.remove();
      button.focus();
    };
    return navigator.clipboard && isSecureContext ? navigator.clipboard.writeText(text).then(done, select) : select();
  }
  for (const command of all('.cmd')) {
    const button = document.createElement('button');
    button.className = 'copy';
    button.type = 'button';
    button.textContent = 'Copy';
    button.setAttribute('aria-label', `Copy: ${command.textContent}`);
    button.addEventListener('click', () => copy(command.querySelector('code').textContent, button));
    command.append(button);
  }

  // On paper nothing can be unfolded: open what is folded, but not thousands of findings.
  let opened = [];
  addEventListener('beforeprint', () => {
    opened = all('details:not([open])')
      .filter((one) => !one.matches('.checks, .near') && one.closest('[hidden]') === null)
      .slice(0, 400);
    for (const one of opened) one.open = true;
  });
  addEventListener('afterprint', () => {
    for (const one of opened) one.open = false;
    opened = [];
  });

  apply({});
  read();
})();
