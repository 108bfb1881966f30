// Ana never opens the site again: she answers the e-mails. The demonstration's outbox is her mail program.
import assert from 'node:assert/strict';
import { story, people, signIn, looksRight } from './lib.mjs';
import * as steps from './steps.mjs';
import { fill, press, goesOn, mailTo } from './steps.mjs';

story('Ana answers an e-mail with a file, and it is in her case; one that comes back is shown to the officer', async ({ visitor }) => {
  const ana = await visitor();
  await signIn(ana, people.ana);
  const protocol = await steps.complain(ana, steps.acegua);
  const elisa = await visitor();
  await signIn(elisa, people.elisa);

  const mailbox = await visitor();
  const text = await mailTo(mailbox, 'ana.ribeiro@example.com', 'Recebemos');
  assert.match(text, /Você também pode responder a este e-mail/);
  assert.doesNotMatch(text, /111\.444|11144477735|sofá|Oliveiras/, 'no CPF, no story, no address');
  const letter = mailbox.frameLocator('iframe.letter');
  const links = await letter.locator('a').evaluateAll((all) => all.map((a) => new URL(a.href).pathname));
  assert.deepEqual([...new Set(links)], [`/reclamacoes/${protocol}`], 'one way to go, as a button and in letters');
  await looksRight(mailbox, 'correio-responder');

  await fill(mailbox, { mensagem: 'Achei a nota fiscal. Segue em anexo.' });
  await mailbox.setInputFiles('[name="anexos"]', { name: 'nota fiscal.txt', mimeType: 'text/plain', buffer: Buffer.from('Nota fiscal 88123') });
  await press(mailbox, 'Enviar resposta');
  await mailbox.getByText('Entrou no caso').first().waitFor();
  await looksRight(mailbox, 'correio-respondido');
  for (const [page, path] of [[ana, `/reclamacoes/${protocol}`], [elisa, `/servidor/casos/${protocol}`]]) {
    await page.goto(path);
    await page.getByText('Achei a nota fiscal. Segue em anexo.').first().waitFor();
    assert.ok(await page.locator('a', { hasText: 'nota fiscal.txt' }).count(), `the file is at ${path}`);
    assert.doesNotMatch(await page.locator('main').innerText(), /escreveu:/, 'without what was quoted');
  }
  await looksRight(ana, 'caso-respondido-por-email');
  await looksRight(elisa, 'caso-servidora-respondido-por-email');

  await press(mailbox, 'Devolver este e-mail');
  await mailbox.waitForLoadState();
  await elisa.goto(`/servidor/casos/${protocol}`);
  await elisa.getByText('um e-mail voltou').first().waitFor();
  await goesOn(elisa, elisa.getByRole('link', { name: 'Avisos enviados e respostas por e-mail' }));
  await looksRight(elisa, 'caso-servidora-avisos');
  assert.match(await elisa.locator('main').innerText(), /voltou/);
}, (v) => (v.engine === 'sqlite' ? v.js === (v.width === 360) : v.width === 360));
