// [data-suggest=ADDRESS] on a datalist: what is typed in its field is asked there, and the names that come are offered.
for (const list of document.querySelectorAll('datalist[data-suggest]')) {
  const field = document.querySelector(`input[list="${list.id}"]`);
  let wait, asked;
  field?.addEventListener('input', () => {
    clearTimeout(wait);
    wait = setTimeout(async () => {
      const typed = field.value.trim();
      if (typed.length < 2 || typed === asked) return;
      asked = typed;
      try {
        const answer = await fetch(`${list.dataset.suggest}?q=${encodeURIComponent(typed)}`);
        if (!answer.ok || typed !== field.value.trim()) return;
        list.replaceChildren(...(await answer.json()).map(({ name }) => Object.assign(document.createElement('option'), { value: name })));
      } catch { /* without suggestions the field still works */ }
    }, 150);
  });
}
