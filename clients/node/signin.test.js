// A person signs in to a native application: the page of login.live.com, with the mouse and with the keyboard alone; and
// the blank page, from whose address the application reads the code.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {consent, openBrowser, picture} from './browser.js';
import {application, lineOf, roberto, startEmulator} from './emulator.js';

const desktop = 'https://login.live.com/oauth20_desktop.srf';

function authorize(more) {
  return 'https://login.live.com/oauth20_authorize.srf?' + new URLSearchParams({
    client_id: application.id, redirect_uri: desktop, response_type: 'code', state: 'a b&c',
    scope: 'wl.basic wl.signin wl.offline_access wl.skydrive_update wl.contacts_emails', ...more,
  });
}

test('a person signs in', {timeout: 100_000}, async (t) => {
  const emulator = await startEmulator(t);
  const browser = await openBrowser(t, emulator);
  const tab = await browser.newPage();
  const problems = [];
  tab.on('console', (message) => message.type() === 'error' && !message.location().url.endsWith('favicon.ico') && problems.push(message.text()));

  await t.test('with the mouse', async () => {
    await tab.goto(authorize());
    await picture(tab, 'signin-consent');
    await tab.setViewportSize({width: 320, height: 640});
    assert.ok(await tab.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'fits a small telephone');
    await picture(tab, 'signin-consent-320');
    await tab.setViewportSize({width: 1280, height: 720});
    await consent(tab, 'Nuno Bento');
    await tab.waitForURL(`${desktop}?**`);
    await picture(tab, 'signin-done');
    const query = new URL(tab.url()).searchParams;
    assert.equal(query.get('state'), 'a b&c');

    // The application, which is no browser, goes on.
    const answer = await fetch(`${emulator.login}/oauth20_token.srf`, {
      method: 'POST',
      body: new URLSearchParams({client_id: application.id, client_secret: application.secret, redirect_uri: desktop, grant_type: 'authorization_code', code: query.get('code')}),
    });
    assert.equal(answer.status, 200);
    const token = await answer.json();
    assert.equal(token.token_type, 'bearer');
    assert.ok(token.refresh_token);
    const me = await (await fetch(`${emulator.api}/me`, {headers: {Authorization: `bearer ${token.access_token}`}})).json();
    assert.equal(me.name, 'Nuno Bento');
    const log = (await emulator.requests()).filter((r) => !r.path.endsWith('favicon.ico'));
    assert.deepEqual(log.map(lineOf), [
      'GET /oauth20_authorize.srf oauth.authorize 200',
      'POST /oauth20_authorize.srf oauth.authorize 302',
      `GET /oauth20_desktop.srf ${log[2].endpoint} 200`,
      'POST /oauth20_token.srf oauth.token_code 200',
      'GET /v5.0/me user.get 200',
    ]);
  });

  await t.test('with the keyboard', async () => {
    await tab.goto(authorize({response_type: 'token', login_hint: roberto.email}));
    await tab.keyboard.press('Tab');
    assert.equal(await tab.evaluate(() => document.activeElement.closest('label')?.innerText.includes('Roberto')), true);
    await tab.keyboard.press('ArrowDown');
    await tab.keyboard.press('Tab');
    assert.equal(await tab.evaluate(() => document.activeElement.innerText), 'Yes');
    await picture(tab, 'signin-keyboard');
    await tab.keyboard.press('Enter');
    await tab.waitForURL(`${desktop}#**`);
    assert.match(new URL(tab.url()).hash, /^#access_token=EwA.*&token_type=bearer&expires_in=3600&scope=/);
  });

  await t.test('what a screen reader hears', async () => {
    await tab.goto(authorize());
    assert.match(await tab.title(), /Sign in/);
    assert.equal(await tab.getAttribute('html', 'lang'), 'en');
    assert.equal(await tab.getByRole('main').count(), 1);
    assert.equal(await tab.getByRole('heading', {level: 1}).count(), 1);
    assert.equal(await tab.getByRole('group', {name: /account/i}).getByRole('radio').count(), 2);
    for (const name of ['Yes', 'No']) assert.equal(await tab.getByRole('button', {name}).count(), 1);
    for (const [about, ratio] of await tab.evaluate(contrasts)) assert.ok(ratio >= 4.5, `${about}: contrast ${ratio.toFixed(2)}`);
    const height = await tab.getByRole('button', {name: 'Yes'}).evaluate((e) => e.getBoundingClientRect().height);
    assert.ok(height >= 24, `a button of ${height} pixels`);
  });

  await t.test('in the dark', async () => {
    await tab.emulateMedia({colorScheme: 'dark'});
    await tab.goto(authorize());
    await picture(tab, 'signin-dark');
    for (const [about, ratio] of await tab.evaluate(contrasts)) assert.ok(ratio >= 4.5, `${about}: contrast ${ratio.toFixed(2)}`);
    await tab.emulateMedia({colorScheme: 'light'});
  });

  await t.test('an error', async () => {
    await tab.goto(authorize({client_id: 'nobody'}));
    await tab.getByRole('heading', {level: 1}).waitFor();
    await picture(tab, 'signin-error');
    assert.match(await tab.innerText('main'), /client_id/);
  });

  assert.deepEqual(problems.filter((text) => !text.includes('400')), []);
});

/** The contrast of each piece of text with what is behind it. Runs in the page. */
function contrasts() {
  const channels = (text) => text.match(/[\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].reduce((sum, c, i) => {
    c /= 255;
    return sum + [0.2126, 0.7152, 0.0722][i] * (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  }, 0);
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const color = channels(getComputedStyle(e).backgroundColor);
      if (color.length < 4 || color[3] > 0) return color;
    }
    return matchMedia('(prefers-color-scheme: dark)').matches && getComputedStyle(document.documentElement).colorScheme.includes('dark')
      ? [18, 18, 18] : [255, 255, 255];
  };
  return [...document.querySelectorAll('main *')].filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())).map((e) => {
    const [a, b] = [channels(getComputedStyle(e).color), behind(e)].map(luminance);
    return [`${e.localName} "${e.innerText.slice(0, 30)}"`, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
  });
}
