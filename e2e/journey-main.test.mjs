// The main job: from "who handles this?" to a protocol, a dialogue and an end with its reason.
import assert from 'node:assert/strict';
import { looksRight, people, signIn, story } from './lib.mjs';
import { noted, papers, pixels, place } from './fixtures/papers.mjs';
import * as steps from './steps.mjs';
import { address, checkDigits, company, contact, documents, download, fill, goesOn, mailTo, press, problem, protocolOn, purchase, qrOf, signOut } from './steps.mjs';

story('Ana of Aceguá complains, is asked for more, answers, and reads how it ended', async ({ visitor, site }) => {
  const [ana, elisa, mailbox] = [await visitor(), await visitor(), await visitor()];
  await findsOutWho(ana);
  await signIn(ana, people.ana);
  await writes(ana);
  const protocol = await sends(ana);
  await receiptIsGenuine(ana, protocol, await visitor());
  await mailSays(mailbox, 'Recebemos sua reclamação ' + protocol, [protocol, `${site.origin}/reclamacoes/${protocol}`]);
  await followsIt(ana, protocol);
  await signOut(ana);

  await signIn(elisa, people.elisa);
  await finds(elisa, protocol);
  await takesAndAsks(elisa, protocol);
  await mailSays(mailbox, 'Precisamos de informações suas', [protocol]);
  await answers(ana, protocol);
  await photoHasNoPlace(elisa, protocol);
  await closes(elisa, protocol);
  await mailSays(mailbox, /encerrad/i, [protocol]);
  await readsWhy(ana, protocol);
});

async function findsOutWho(ana) {
  await ana.goto('/');
  await looksRight(ana, 'inicio');
  await ana.getByLabel('Nome ou CNPJ da empresa').fill('moveis beira rio');
  await press(ana, 'Continuar');
  await looksRight(ana, 'empresa');
  await ana.getByRole('link', { name: 'A empresa não está na lista' }).click();
  await ana.waitForURL(/municipio/);
  await looksRight(ana, 'municipio');
  await press(ana, 'Continuar');
  await looksRight(ana, 'municipio-vazio');
  await everyProblemHasItsField(ana);
  await fill(ana, { cidade: 'acegua' });
  await press(ana, 'Continuar');
  await ana.getByRole('heading', { level: 1, name: /Procon do estado|abre o formulário|Procon/ }).waitFor();
  assert.match(await ana.locator('main').innerText(), /Aceguá/);
  await looksRight(ana, 'destino-formulario');
  await ana.getByRole('link', { name: 'Continuar' }).click();
  await ana.locator('input[name="cpf"]').waitFor();
  await looksRight(ana, 'govbr');
}

// writes goes through the form: each page first sent empty, then with the answers.
async function writes(ana) {
  await ana.getByRole('heading', { level: 1, name: 'Onde você mora?' }).waitFor(); // gov.br told how to reach her
  await goesOn(ana, ana.getByRole('link', { name: 'Voltar' }));
  const pages = [
    ['Como falamos com você?', contact, ['email', 'telefone'], 'contato'],
    ['Onde você mora?', address, [], 'endereco'],
    ['Qual é a empresa?', company, ['fornecedor_nome'], 'empresa-nome'], // what was searched for came along
    ['Qual é o problema?', problem, [], 'problema'],
    ['Como foi a compra ou o contrato?', purchase, [], 'compra'],
    ['O que aconteceu?', steps.story, [], 'relato'],
  ];
  for (const [question, right, prefilled, name] of pages) {
    await ana.getByRole('heading', { level: 1, name: question }).waitFor();
    await looksRight(ana, `form-${name}`);
    for (const field of prefilled) {
      assert.notEqual(await ana.inputValue(`[name="${field}"]`), '', `${field} is known already`);
      await ana.fill(`[name="${field}"]`, '');
    }
    await press(ana, 'Continuar');
    await everyProblemHasItsField(ana);
    await looksRight(ana, `form-${name}-vazio`);
    await fill(ana, right);
    await press(ana, 'Continuar');
  }
  await press(ana, 'Continuar');
  await everyProblemHasItsField(ana);
  await looksRight(ana, 'form-documentos-vazio');
  await documents(ana, await papers());
}

// everyProblemHasItsField: the summary links to fields, and each says the same beside itself (interface.md, Manners).
async function everyProblemHasItsField(page) {
  assert.match(await page.title(), /^Erro: /);
  const links = page.locator('.problems a');
  assert.ok(await links.count(), 'the summary lists what is wrong');
  for (const link of await links.all()) {
    const field = page.locator(await link.getAttribute('href'));
    assert.equal(await field.count(), 1, `${await link.getAttribute('href')} is on the page`);
    const text = await link.textContent();
    assert.ok(await page.locator('.field-error', { hasText: text }).count(), `"${text}" stands at its field`);
  }
}

async function sends(ana) {
  await ana.getByRole('heading', { level: 1, name: 'Confira e envie' }).waitFor();
  const shown = await ana.locator('main').innerText();
  for (const text of ['Rua das Oliveiras', 'Aceguá', 'Móveis Beira-Rio', '1.249,90', 'Comprei um sofá', 'IMG_20261120_101530.jpg']) {
    assert.ok(shown.includes(text), `the review shows ${text}`);
  }
  await looksRight(ana, 'form-revisao');
  await press(ana, 'Enviar reclamação');
  await everyProblemHasItsField(ana);
  await fill(ana, { declaracao: '1' });
  await press(ana, 'Enviar reclamação');
  await ana.waitForURL(/registrada=1/);
  const protocol = await protocolOn(ana);
  const [, fifteen, check] = /^(.{17})-(\d\d)$/.exec(protocol);
  assert.equal(check, checkDigits(fifteen.replaceAll('.', '')), protocol);
  await looksRight(ana, 'recibo');
  return protocol;
}

async function receiptIsGenuine(ana, protocol, stranger) {
  const paper = await ana.request.get(await ana.getByRole('link', { name: 'Baixar o comprovante (PDF)' }).getAttribute('href'));
  assert.match(paper.headers()['content-disposition'], new RegExp(`comprovante-${protocol}\\.pdf`));
  await stranger.goto(qrOf(await paper.body()));
  const said = await stranger.locator('main').innerText();
  assert.match(said, /O documento é verdadeiro/);
  assert.ok(said.includes(protocol));
  assert.doesNotMatch(said, /Ana|Ribeiro|Móveis/);
  await looksRight(stranger, 'verificar');
  await stranger.goto('/verificar');
  await press(stranger, 'Conferir');
  await everyProblemHasItsField(stranger);
  await stranger.goto('/verificar/ABCDEFGHJKLMNPQRSTUV');
  assert.match(await stranger.locator('main').innerText(), /Não emitimos/);
  await looksRight(stranger, 'verificar-falso');
}

async function mailSays(mailbox, subject, texts) {
  const text = await mailTo(mailbox, contact.email, subject);
  for (const part of texts) assert.ok(text.includes(part), `the mail says ${part}`);
  await looksRight(mailbox, `correio-${String(subject).slice(0, 9).trim().replace(/\W/g, '')}`);
}

async function followsIt(ana, protocol) {
  await ana.goto('/painel');
  await looksRight(ana, 'painel');
  await ana.getByRole('link', { name: company.fornecedor_nome }).click();
  await ana.waitForURL(`**/reclamacoes/${protocol}`);
  await looksRight(ana, 'caso-consumidora');
  await press(ana, 'Enviar mensagem');
  await everyProblemHasItsField(ana);
  await looksRight(ana, 'caso-consumidora-vazio');
}

// finds: the queue shows the case, and it is found by words without accents, by protocol and by CPF.
async function finds(elisa, protocol) {
  await elisa.goto('/servidor/fila');
  await elisa.getByRole('link', { name: protocol }).waitFor();
  await looksRight(elisa, 'fila');
  for (const words of ['sofa nao chegou', people.ana, '111.444.777-35', 'ribeiro']) {
    await search(elisa, words);
    assert.equal(await elisa.getByRole('link', { name: protocol }).count(), 1, `found by ${words}`);
  }
  await search(elisa, 'geladeira azul');
  await looksRight(elisa, 'fila-nada');
  await search(elisa, protocol);
  await elisa.waitForURL(`**/servidor/casos/${protocol}*`);
}

async function search(elisa, words) {
  await elisa.goto('/servidor/fila');
  await elisa.locator('#q').fill(words);
  await press(elisa, /Buscar/);
}

async function takesAndAsks(elisa, protocol) {
  await looksRight(elisa, 'caso-servidora');
  await press(elisa, /^Assumir/);
  await elisa.getByText('O caso é seu').waitFor();
  await open(elisa, 'Pedir informação ou documento');
  await press(elisa, 'Enviar pedido');
  await everyProblemHasItsField(elisa);
  await looksRight(elisa, 'caso-servidora-vazio');
  await elisa.locator('#pedido-mensagem').fill('Envie uma foto do contrato, com a data de entrega combinada.');
  await press(elisa, 'Enviar pedido');
  await elisa.getByText('Pedido enviado').waitFor();
  await looksRight(elisa, 'caso-servidora-pedido');
  assert.match(await elisa.locator('h1').textContent(), new RegExp(protocol));
}

// open opens the form of an act, if it is not open yet.
async function open(elisa, title) {
  const panel = elisa.locator('details.panel', { has: elisa.locator('summary', { hasText: title }) });
  if ((await panel.getAttribute('open')) === null) await panel.locator('summary').click();
  return panel;
}

async function answers(ana, protocol) {
  await ana.goto(`/reclamacoes/${protocol}`);
  await signIn(ana, people.ana);
  await ana.waitForURL(`**/reclamacoes/${protocol}`);
  assert.match(await ana.locator('main').innerText(), /Envie uma foto do contrato/);
  await looksRight(ana, 'caso-pedido');
  await fill(ana, { mensagem: 'Segue o contrato.' });
  await ana.setInputFiles('[name="anexos"]', { ...(await papers()).identity, name: 'contrato.jpg' });
  await press(ana, 'Responder');
  await ana.getByText('Resposta enviada').waitFor();
  await looksRight(ana, 'caso-respondido');
}

async function photoHasNoPlace(elisa, protocol) {
  const sent = (await papers()).identity.buffer;
  assert.ok(noted(sent).includes(place), 'the photo that was sent says where it was taken');
  await elisa.goto(`/servidor/casos/${protocol}?de=fila`);
  const { bytes } = await download(elisa, elisa.getByRole('link', { name: 'contrato.jpg' }).first());
  assert.ok(!bytes.includes(place), 'the copy does not');
  assert.deepEqual(pixels(bytes), pixels(sent), 'and is the same picture');
  await looksRight(elisa, 'caso-servidora-resposta');
}

async function closes(elisa, protocol) {
  await open(elisa, 'Encerrar o caso');
  const panel = await open(elisa, 'Encerrar o caso');
  await panel.locator('[name="resultado"]').selectOption({ index: 1 });
  await panel.locator('[name="motivo"]').fill('A loja entregou o sofá em 20 de novembro, como mostra o recibo.');
  await panel.getByRole('button', { name: 'Encerrar o caso' }).click();
  await elisa.getByText('Caso encerrado').waitFor();
  await looksRight(elisa, 'caso-servidora-encerrado');
  await elisa.goto('/servidor/fila');
  assert.equal(await elisa.getByRole('link', { name: protocol }).count(), 0, 'a closed case has left the queue');
  await looksRight(elisa, 'fila-vazia');
}

async function readsWhy(ana, protocol) {
  await ana.goto(`/reclamacoes/${protocol}`);
  const said = await ana.locator('main').innerText();
  assert.match(said, /A loja entregou o sofá/);
  assert.match(said, /pedir a reabertura/);
  assert.equal(await ana.getByRole('button', { name: 'Pedir reabertura' }).count(), 1);
  await looksRight(ana, 'caso-encerrado');
}
