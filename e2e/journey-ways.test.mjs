// Who handles it, and who is who: the other ways through the front door and sign-in.
import assert from 'node:assert/strict';
import { looksRight, people, signIn, story } from './lib.mjs';
import { acegua, address, contact, documents, fill, formFor, goesOn, mailTo, portoAlegre, press, problem, purchase, rioGrande, send, small, step, story as told, upToReview } from './steps.mjs';

const two = (v) => (v.engine === 'sqlite' && v.width === 360 && !v.js) || (v.engine === 'postgres' && v.js);
const text = (page) => page.locator('main').innerText();

// findsOut goes from the home page to who handles the complaint.
async function findsOut(page, company, town) {
  await page.goto('/');
  await page.getByLabel('Nome ou CNPJ da empresa').fill(company);
  await press(page, 'Continuar');
  await goesOn(page, page.getByRole('link', { name: 'A empresa não está na lista' }));
  await fill(page, { cidade: town });
  await press(page, 'Continuar');
}

story('Bruno of Porto Alegre is told where to go, and the form of the state stays closed to him', async ({ visitor }) => {
  const bruno = await visitor();
  await findsOut(bruno, 'Padaria do Zé', 'porto alegre');
  const said = await text(bruno);
  for (const part of ['Procon Porto Alegre', 'Rua Sete de Setembro, 723', 'segunda a sexta, das 9h às 16h']) assert.ok(said.includes(part), part);
  await looksRight(bruno, 'destino-municipal');

  await bruno.goto(formFor(portoAlegre));
  await signIn(bruno, people.bruno);
  assert.equal(new URL(bruno.url()).pathname, '/atendimento/destino', 'by the address of the form');

  await bruno.goto('/reclamacoes/nova');
  await step(bruno, 'Onde você mora?', { ...address, municipio: portoAlegre });
  assert.equal(new URL(bruno.url()).pathname, '/atendimento/destino', 'by the form itself');

  await bruno.goto('/painel');
  await looksRight(bruno, 'painel-rascunho');
  await goesOn(bruno, bruno.getByRole('link', { name: /^Continuar/ }));
  const draft = new URL(bruno.url()).searchParams.get('rascunho');
  const at = (code) => `/reclamacoes/nova?rascunho=${draft}&passo=${code}`;
  for (const [code, answers] of [['empresa', { fornecedor_nome: 'Padaria do Zé' }], ['problema', problem], ['compra', purchase], ['relato', told]]) {
    await bruno.goto(at(code));
    await fill(bruno, answers);
    await press(bruno, 'Continuar');
    assert.equal(new URL(bruno.url()).pathname, '/atendimento/destino', `by the step ${code}`);
  }
  await bruno.goto(at('documentos'));
  await documents(bruno, small);
  await bruno.goto(at('revisao'));
  await fill(bruno, { declaracao: '1' });
  await press(bruno, 'Enviar reclamação');
  assert.equal(new URL(bruno.url()).pathname, '/atendimento/destino', 'by sending');
  await bruno.goto('/painel');
  assert.equal(await bruno.getByRole('heading', { name: 'Enviadas', exact: true }).count(), 0);
}, two);

story('a company that signed the terms gets the complaint itself', async ({ visitor }) => {
  const ana = await visitor();
  await ana.goto('/');
  await ana.getByLabel('Nome ou CNPJ da empresa').fill('varejo exenplo');
  await press(ana, 'Continuar');
  await looksRight(ana, 'empresa-encontrada');
  await goesOn(ana, ana.getByRole('link', { name: /Varejo Exemplo/ }).first());
  assert.match(await text(ana), /até 10 dias/);
  await looksRight(ana, 'destino-direto');
  await goesOn(ana, ana.getByRole('link', { name: 'Registrar reclamação' }));
  await signIn(ana, people.ana);
  assert.match(await text(ana), /Empresa: Varejo Exemplo\s+responde por aqui/);
  await looksRight(ana, 'form-direto');
  await upToReview(ana, { listed: true, address: { municipio: acegua } });
  const protocol = await send(ana);
  assert.match(await text(ana), /Aguardando resposta da empresa/);
  await looksRight(ana, 'recibo-direto');
  assert.ok((await mailTo(await visitor(), contact.email, protocol)).includes('Varejo Exemplo'));
}, two);

story('Carla, whose account is bronze, raises it and finds everything as she left it', async ({ visitor }) => {
  const carla = await visitor();
  await carla.goto(formFor(acegua));
  await signIn(carla, people.carla);
  assert.match(await text(carla), /Hoje ela é bronze/);
  await looksRight(carla, 'nivel');
  await carla.goto('/painel');
  await goesOn(carla, carla.getByRole('link', { name: /^Continuar/ }));
  await upToReview(carla);
  await fill(carla, { declaracao: '1' });
  await press(carla, 'Enviar reclamação');
  assert.match(await text(carla), /Hoje ela é bronze/);
  await goesOn(carla, carla.getByRole('link', { name: /Aumentar o nível/ }));
  await looksRight(carla, 'govbr-nivel');
  await press(carla, 'Subir para prata');
  await backFromProvider(carla);
  const review = await text(carla);
  for (const part of ['Móveis Beira-Rio', 'Rua das Oliveiras', 'Comprei um sofá', 'nota fiscal.txt']) assert.ok(review.includes(part), part);
  await send(carla);
}, two);

// backFromProvider signs in again where the provider's page led back to, and ends at the place that was kept.
async function backFromProvider(page) {
  const again = page.getByRole('link', { name: /entrar de novo|Continuar/ });
  if (!page.url().includes('passo=revisao') && (await again.count())) await goesOn(page, again.first());
  if (await page.locator('input[name="cpf"]').count()) await signIn(page, people.carla);
  await page.waitForURL(/passo=revisao/);
}

story('Dandara is called by her name, and confirms the e-mail that gov.br did not give', async ({ visitor }) => {
  const [dandara, mailbox, elisa] = [await visitor(), await visitor(), await visitor()];
  await dandara.goto(formFor(acegua));
  await signIn(dandara, people.diego);
  await press(dandara, 'Continuar');
  assert.match(await text(dandara), /Escreva seu e-mail/);
  await looksRight(dandara, 'form-contato-sem-email');
  await step(dandara, 'Como falamos com você?', { email: 'dandara@example.org', telefone: '' });
  await upToReview(dandara);
  const protocol = await send(dandara);
  assert.match(await text(dandara), /Confirme seu e-mail/);
  await looksRight(dandara, 'recibo-sem-email');
  await dandara.goto('/painel');
  await looksRight(dandara, 'painel-sem-email');
  const mail = await mailTo(mailbox, 'dandara@example.org', /[Cc]onfirme/);
  await mailbox.goto(/https?:\S+confirmar-email\S*/.exec(mail.replace(/\s+(?=\S*$)/, ''))[0]);
  await looksRight(mailbox, 'confirmar-email');
  await press(mailbox, 'Confirmar e-mail');
  assert.match(await text(mailbox), /Pronto/);
  await looksRight(mailbox, 'email-confirmado');
  for (const path of ['/painel', '/conta', `/reclamacoes/${protocol}`]) {
    await dandara.goto(path);
    const page = await dandara.locator('body').innerText();
    assert.doesNotMatch(page, /Confirme seu e-mail|Falta confirmar/, path);
    assert.doesNotMatch(page, /Diego/, path);
    assert.match(page, /Dandara/, path);
  }
  await looksRight(dandara, 'conta');
  await signIn(elisa, people.elisa);
  await elisa.goto(`/servidor/casos/${protocol}`);
  assert.match(await text(elisa), /Dandara contra/);
}, two);

story('what happens in Rio Grande stays with its Procon, which works on this installation', async ({ visitor }) => {
  const [joao, heitor, elisa] = [await visitor(), await visitor(), await visitor()];
  await findsOut(joao, 'Padaria do Zé', 'rio grande');
  if (await joao.getByRole('link', { name: 'Rio Grande', exact: true }).count()) {
    await goesOn(joao, joao.getByRole('link', { name: 'Rio Grande', exact: true }));
  }
  assert.match(await text(joao), /Procon.* Rio Grande/s);
  await looksRight(joao, 'destino-daqui');
  await goesOn(joao, joao.getByRole('link', { name: 'Continuar' }));
  await signIn(joao, people.joao);
  await upToReview(joao, { address: { cep: '96200-000' } });
  const protocol = await send(joao);

  await signIn(heitor, people.heitor);
  await heitor.goto('/servidor/fila');
  await goesOn(heitor, heitor.getByRole('link', { name: protocol, exact: true }));
  assert.match(await text(heitor), /João Batista contra/);
  await looksRight(heitor, 'caso-municipal');

  await signIn(elisa, people.elisa);
  for (const query of ['', `?q=${protocol}`, '?q=joao+batista', `?q=${people.joao}`, '?q=sofa']) {
    await elisa.goto('/servidor/fila' + query);
    assert.equal(await elisa.getByRole('link', { name: protocol, exact: true }).count(), 0, `in the queue ${query}`);
  }
  for (const path of [`/servidor/casos/${protocol}`, `/reclamacoes/${protocol}/comprovante.pdf`]) {
    assert.equal((await elisa.goto(path)).status(), 404, path);
  }
  await looksRight(elisa, 'erro-404');
}, two);
