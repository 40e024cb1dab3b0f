// hello.js in a browser: the implicit flow in a popup, and calls from another origin, by CORS and by JSONP.

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';

import {consent, openBrowser, picture, servePages} from './browser.js';
import {lineOf, roberto, startEmulator} from './emulator.js';

const files = {
  '/': ['text/html', join(import.meta.dirname, 'page', 'index.html')],
  '/redirect.html': ['text/html', join(import.meta.dirname, 'page', 'redirect.html')],
  '/hello.all.js': ['text/javascript', join(import.meta.dirname, 'node_modules', 'hellojs', 'dist', 'hello.all.js')],
};

function page(request, response) {
  const [type, path] = files[new URL(request.url, 'http://page').pathname] ?? [];
  if (!path) return response.writeHead(404).end();
  response.writeHead(200, {'Content-Type': type}).end(readFileSync(path));
}

test('hello.js', {timeout: 100_000}, async (t) => {
  const emulator = await startEmulator(t);
  const origin = await servePages(t, page);
  const browser = await openBrowser(t, emulator);
  const tab = await browser.newPage();
  const problems = [];
  // Not 'Object': a promise that hello.js keeps for itself rejects once more with each answer that is an error.
  tab.on('pageerror', (error) => String(error) !== 'Object' && problems.push(String(error)));

  /** Calls hello('windows').api(...) in the page. */
  const api = (...args) => tab.evaluate((args) => hello('windows').api(...args).then((answer) => answer), args);

  await t.test('login by the implicit flow', async () => {
    await tab.goto(origin);
    const [popup] = await Promise.all([tab.waitForEvent('popup'), tab.click('#login')]);
    await popup.getByRole('heading').first().waitFor();
    assert.equal(new URL(popup.url()).host, 'login.live.com');
    await picture(popup, 'hellojs-consent');
    await Promise.all([popup.waitForEvent('close'), consent(popup, roberto.name)]);
    const session = await tab.evaluate(async () => (await window.login).authResponse);
    assert.match(session.access_token, /^EwA/);
    assert.equal(session.token_type, 'bearer');
    assert.equal(session.network, 'windows');
    const [asked, answered] = (await emulator.requests()).filter((r) => r.endpoint === 'oauth.authorize');
    assert.equal(asked.query.response_type[0], 'token');
    assert.equal(JSON.parse(asked.query.state[0]).display, 'popup');
    assert.equal(asked.query.scope[0], 'wl.signin,wl.basic,wl.emails,wl.photos,wl.contacts_emails,wl.skydrive,wl.skydrive_update');
    assert.equal(lineOf(answered), 'POST /oauth20_authorize.srf oauth.authorize 302');
  });

  await t.test('me', async () => {
    await emulator.forget();
    const me = await api('me');
    assert.equal(me.id, roberto.id);
    assert.equal(me.name, roberto.name);
    assert.equal(me.email, roberto.email);
    assert.match(me.picture, /^https:\/\/apis\.live\.net\/v5\.0\/8c8ce076ca27823f\/picture\?access_token=/);
    const [request] = await emulator.requests();
    assert.equal(lineOf(request), 'GET /v5.0/me user.get 200');
    assert.equal(request.had_token, true);
    assert.deepEqual(request.header.Origin, [origin]);
  });

  await t.test('me/albums', async () => {
    const made = await api('me/albums', 'post', {name: 'Maui', description: 'August'});
    assert.equal(made.type, 'album');
    const albums = await api('me/albums');
    const album = albums.data.find((a) => a.name === 'Maui');
    assert.equal(album.id, made.id);
    assert.equal(album.photos, `https://apis.live.net/v5.0/${made.id}/photos`);
    assert.deepEqual(albums.paging, {});
  });

  await t.test('me/friends', async () => {
    const friends = await api('me/friends');
    assert.deepEqual(friends.data.map((f) => f.name), ['Nuno Bento']);
    assert.equal(friends.data[0].id, 'de57f4126ed7e411');
  });

  await t.test('an upload from a form', async () => {
    await tab.setInputFiles('#file', {name: 'a b.txt', mimeType: 'text/plain', buffer: Buffer.from('from a form')});
    const made = await tab.evaluate(() => hello('windows').api('me/files', 'post', {file: document.getElementById('file')}).then((r) => r));
    assert.equal(made.name, 'a b.txt');
    assert.match(made.id, /^file\.8c8ce076ca27823f\.8C8CE076CA27823F!\d+$/);
    // What a page does with it: the bytes, from another host, without the token.
    assert.equal(await tab.evaluate((url) => fetch(url).then((r) => r.text()), made.source), 'from a form');
    const request = (await emulator.requests()).find((r) => r.endpoint === 'content.post');
    assert.equal(lineOf(request), 'POST /v5.0/me/skydrive/files content.post 201');
    assert.match(request.header['Content-Type'][0], /^multipart\/form-data; boundary=/);
  });

  await t.test('an upload of a blob into an album, and its end', async () => {
    const album = (await api('me/albums')).data.find((a) => a.name === 'Maui');
    const made = await tab.evaluate(async (id) => {
      const canvas = document.createElement('canvas');
      canvas.width = 640;
      canvas.height = 480;
      canvas.getContext('2d').fillRect(0, 0, 10, 10);
      const file = await new Promise((done) => canvas.toBlob(done, 'image/jpeg'));
      return hello('windows').api('me/album', 'post', {id, file, description: 'black'}).then((r) => r);
    }, album.id);
    assert.equal(made.name, 'blob');
    const photos = await api('me/album', {id: album.id});
    assert.deepEqual(photos.data.map((p) => [p.type, p.width, p.height]), [['photo', 640, 480]]);
    assert.ok(photos.data[0].thumbnail);
    assert.deepEqual(photos.data[0].pictures.map((p) => p.width), [96, 176, 640, 640]);
    await emulator.forget();
    assert.deepEqual(await api('me/photo', 'delete', {id: made.id}), {success: true});
    assert.deepEqual((await emulator.requests()).map((r) => `${r.method} ${r.status}`), ['OPTIONS 200', 'DELETE 204']);
  });

  await t.test('errors', async () => {
    const failure = await tab.evaluate(() => hello('windows').api('folder.8c8ce076ca27823f.8C8CE076CA27823F!9999').then(() => null, (e) => e));
    assert.equal(failure.error.code, 'resource_not_found');
  });

  await t.test('a browser without CORS: JSONP', async () => {
    await tab.evaluate(() => { hello.utils.request_cors = () => false; });
    await emulator.forget();
    assert.equal((await api('me')).name, roberto.name);
    const made = await api('me/folders', 'post', {name: 'by JSONP'});
    assert.equal(made.name, 'by JSONP');
    assert.equal(made.type, 'folder');
    const failure = await tab.evaluate(() => hello('windows').api('me/nothing').then(() => null, (e) => e));
    assert.equal(failure.error.code, 'request_url_invalid');
    const [me, folder] = await emulator.requests();
    assert.equal(lineOf(me), 'GET /v5.0/me user.get 200');
    assert.match(me.query.callback[0], /^_hellojs_/);
    assert.equal(folder.method, 'POST');
    assert.equal(folder.query.method[0], 'post');
    assert.equal(folder.status, 200, '201 becomes 200 for a script');
  });

  assert.deepEqual(problems, []);
});
