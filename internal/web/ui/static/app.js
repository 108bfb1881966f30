// What makes pages comfortable. Every page works without it.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const on = (selector, event, act) => all(selector).forEach((element) => element.addEventListener(event, (e) => act(element, e)));
const make = (tag, attributes = {}, text = '') => Object.assign(document.createElement(tag), attributes, { textContent: text });
const words = new Intl.NumberFormat('pt-BR');
const size = (bytes) => `${words.format(Math.round(bytes / 104857.6) / 10)} MB`;

document.querySelector('.problems')?.focus();

// A form is sent once, and after what is being kept of it, whose older words would win.
let keeping;
function busy(form, button) {
  for (const b of all('button:not([type=button])', form)) b.disabled = true;
  if (!button) return;
  button.dataset.words = button.innerHTML;
  button.setAttribute('aria-busy', 'true');
  button.textContent = 'Enviando…';
}
function idle() {
  for (const b of all('button[disabled]')) b.disabled = false;
  for (const b of all('button[data-words]')) {
    b.innerHTML = b.dataset.words;
    b.removeAttribute('aria-busy');
    delete b.dataset.words;
  }
}
document.addEventListener('submit', (e) => {
  if (e.defaultPrevented || e.target.method !== 'post') return;
  e.target.dataset.sent = '1';
  if (keeping) {
    e.preventDefault();
    busy(e.target, e.submitter);
    setTimeout(() => keeping?.abort(), 3000);
    keeping.over.then(() => { idle(); e.target.requestSubmit(e.submitter); });
  } else setTimeout(() => busy(e.target, e.submitter)); // later: the button's own value is sent, too
});
addEventListener('pageshow', idle);

// [data-confirm="question"] on a button asks before it acts.
const asked = new WeakSet();
document.addEventListener('click', (e) => {
  const button = e.target.closest('button[data-confirm]');
  if (!button || asked.delete(button)) return;
  e.preventDefault();
  const yes = make('button', { className: 'btn btn-danger', type: 'button' }, without(button, '.kbd'));
  const no = make('button', { className: 'btn', type: 'button', autofocus: true }, 'Voltar');
  const row = make('div', { className: 'actions' });
  row.append(yes, no);
  const box = dialog(make('p', {}, button.dataset.confirm), row);
  no.onclick = () => box.close();
  yes.onclick = () => { box.close(); asked.add(button); button.click(); };
});
function dialog(title, ...parts) {
  const box = make('dialog');
  title.id = 'titulo';
  box.setAttribute('aria-labelledby', title.id);
  box.append(title, ...parts);
  box.onclose = () => box.remove();
  document.body.append(box);
  box.showModal();
  return box;
}

// [data-max]: how many letters are left.
on('textarea[data-max]', 'input', count);
all('textarea[data-max]').forEach((area) => {
  const line = make('p', { className: 'hint' });
  area.after(line);
  count(area);
});
function count(area) {
  const left = area.dataset.max - [...area.value].length;
  const line = area.nextElementSibling;
  line.textContent = left < 0 ? `Passou ${words.format(-left)} letras do limite.` : `Ainda cabem ${words.format(left)} letras.`;
  line.setAttribute('aria-live', left < 50 ? 'polite' : 'off');
  line.classList.toggle('field-error', left < 0);
  if (!CSS.supports('field-sizing', 'content')) {
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight + 2}px`;
  }
}

// [data-copy=TEXT] is a button that only works with this script, so it is hidden until here.
for (const button of all('[data-copy]')) button.hidden = !navigator.clipboard;
on('[data-copy]', 'click', async (button) => {
  const before = button.innerHTML;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = 'Copiado';
  } catch {
    button.textContent = 'Selecione e copie';
  }
  setTimeout(() => { button.innerHTML = before; }, 2000);
});

// select[data-depends-on=NAME] shows only the group named like the chosen option of NAME.
all('select[data-depends-on]').forEach((select) => {
  const parent = select.form?.elements[select.dataset.dependsOn];
  const groups = all('optgroup', select);
  if (!parent?.options) return;
  const narrow = () => {
    const label = parent.value && parent.selectedOptions[0].text;
    const fitting = groups.filter((group) => !label || group.label === label);
    const chosen = select.value;
    groups.forEach((group) => group.remove());
    select.append(...(fitting.length ? fitting : groups));
    select.value = chosen;
    if (select.selectedIndex < 0) select.selectedIndex = 0;
  };
  parent.addEventListener('change', narrow);
  narrow();
});

// input[data-money] is written as 1.234,56.
on('input[data-money], input[inputmode=decimal]', 'change', (input) => {
  const typed = input.value.replace(/[R$\s]/g, '');
  const plain = /,\d{1,2}$/.test(typed) || !/^\d+\.\d{1,2}$/.test(typed) ? typed.replace(/\./g, '').replace(',', '.') : typed;
  if (/^\d+(\.\d{1,2})?$/.test(plain)) input.value = Number(plain).toLocaleString('pt-BR', { minimumFractionDigits: 2 });
});

// Chosen files are listed with their size; one that is too large is said at once.
const limit = 20 * 1024 * 1024;
on('input[type=file]', 'change', (input) => {
  let list = input.nextElementSibling;
  if (!list?.matches('.files')) input.after(list = make('ul', { className: 'files' }));
  list.setAttribute('aria-live', 'polite');
  list.replaceChildren(...[...input.files].map((file) => {
    const row = make('li', { className: 'filerow' });
    row.append(make('span', {}, '•'), make('span', {}, file.name), make('span', { className: 'meta' }, size(file.size)));
    if (file.size > limit) row.append(make('strong', { className: 'tag tag-late' }, 'Passa de 20 MB: escolha um arquivo menor.'));
    return row;
  }));
});

// form[data-guard]: leaving with unsent text asks first.
const dirty = new Set();
on('form[data-guard], form[data-autosave]', 'input', (form) => { delete form.dataset.sent; dirty.add(form); });
addEventListener('beforeunload', (e) => {
  if ([...dirty].some((form) => form.isConnected && 'guard' in form.dataset && !form.dataset.sent)) e.preventDefault();
});

// form[data-autosave=ADDRESS] keeps itself on the server; [data-saved] says when it did.
function keep(form) {
  if (keeping || !dirty.has(form) || form.dataset.sent) return;
  const way = keeping = new AbortController();
  setTimeout(() => way.abort(), 20000);
  way.over = save(form, way.signal).then(() => keeping = null);
}
async function save(form, signal) {
  dirty.delete(form);
  const body = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === 'string'));
  const said = document.querySelector('[data-saved]');
  try {
    const answer = await fetch(form.dataset.autosave, { method: 'POST', body, keepalive: true, redirect: 'manual', signal });
    if (!answer.ok) throw new Error(answer.status);
    if (said) said.textContent = `Rascunho guardado às ${new Date().toLocaleTimeString('pt-BR', { hour: '2-digit', minute: '2-digit' })}.`;
  } catch {
    dirty.add(form);
    if (said) said.textContent = 'Ainda não conseguimos guardar o que você digitou. Vamos tentar de novo.';
  }
}
const drafts = all('form[data-autosave]');
if (drafts.length) {
  setInterval(() => drafts.forEach(keep), 5000);
  document.addEventListener('visibilitychange', () => document.hidden && drafts.forEach(keep));
}

// Work pages: [data-key=t] is pressed by t; / searches; j and k walk over [data-rows], Enter opens; ? lists the keys.
const typing = (e) => e.ctrlKey || e.metaKey || e.altKey || e.target.closest('input, textarea, select, [contenteditable], dialog');
let row = -1;
function walk(step) {
  const rows = all('[data-rows] > *');
  if (!rows.length) return;
  rows[row]?.classList.remove('selected');
  row = Math.max(0, Math.min(rows.length - 1, row + step));
  rows[row].classList.add('selected');
  rows[row].scrollIntoView({ block: 'nearest' });
  rows[row].querySelector('a')?.focus({ preventScroll: true });
}
function without(element, part) {
  const copy = element.cloneNode(true);
  copy.querySelector(part)?.remove();
  return copy.textContent.trim();
}
function help() {
  const keys = all('[data-key]').map((e) => [e.dataset.key, e.dataset.keyWords ?? e.getAttribute('aria-label') ?? without(e, '.kbd')]);
  if (all('[data-rows]').length) keys.push(['j', 'Próxima linha'], ['k', 'Linha anterior'], ['Enter', 'Abrir a linha']);
  if (all('input[type=search]').length) keys.push(['/', 'Buscar']);
  const list = make('ul', { className: 'files' });
  for (const [key, act] of keys) {
    const line = make('li', { className: 'filerow' });
    line.append(make('kbd', { className: 'kbd' }, key), make('span', {}, act));
    list.append(line);
  }
  const close = make('button', { className: 'btn', autofocus: true }, 'Fechar');
  const box = dialog(make('h2', {}, 'Teclas desta página'), list, close);
  close.onclick = () => box.close();
}
if (document.body.matches('.work')) {
  document.addEventListener('keydown', (e) => {
    if (e.defaultPrevented || typing(e) || document.querySelector('dialog[open]')) return;
    const target = all('[data-key]').find((element) => element.dataset.key === e.key && !element.closest('[hidden]'));
    const rows = document.querySelector('[data-rows]');
    if (rows && e.key === 'j') walk(1);
    else if (rows && e.key === 'k') walk(-1);
    else if (e.key === '?') help();
    else if (e.key === '/') document.querySelector('input[type=search]')?.focus();
    else if (target?.matches('input, textarea, select')) target.focus();
    else if (target) target.click();
    else return;
    e.preventDefault();
  });
}

// Escape or a click elsewhere closes the account menu.
const menus = () => all('details.account[open]');
document.addEventListener('click', (e) => menus().forEach((menu) => menu.contains(e.target) || (menu.open = false)));
document.addEventListener('keydown', (e) => e.key === 'Escape' && menus().forEach((menu) => { menu.open = false; menu.querySelector('summary').focus(); }));
