// passport-windowslive: the code flow and the profile, with a person at a browser.

import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {test} from 'node:test';

import {consent, openBrowser} from './browser.js';
import {lineOf, roberto, startEmulator} from './emulator.js';

async function startApplication(t, emulator) {
  const app = spawn(process.execPath, [join(import.meta.dirname, 'passport.app.js')], {
    env: {...process.env, https_proxy: emulator.proxy, NODE_EXTRA_CA_CERTS: emulator.ca},
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(async () => {
    app.kill();
    await once(app, 'exit');
  });
  const [origin] = await once(createInterface({input: app.stdout}), 'line');
  return origin;
}

test('passport-windowslive', {timeout: 100_000}, async (t) => {
  const emulator = await startEmulator(t);
  const origin = await startApplication(t, emulator);
  const browser = await openBrowser(t, emulator);
  const tab = await browser.newPage();

  await t.test('the code flow, and the profile', async () => {
    await tab.goto(`${origin}/auth/windowslive`);
    assert.equal(new URL(tab.url()).host, 'login.live.com');
    await consent(tab, roberto.name);
    await tab.waitForURL(`${origin}/**`);
    const {user, state} = JSON.parse(await tab.innerText('body'));
    assert.equal(state, 'the state');
    assert.match(user.accessToken, /^EwA/);
    assert.ok(user.refreshToken);
    assert.equal(user.profile.provider, 'windowslive');
    assert.equal(user.profile.id, roberto.id);
    assert.equal(user.profile.displayName, roberto.name);
    assert.deepEqual(user.profile.name, {familyName: 'Tamburello', givenName: 'Roberto'});
    assert.equal(user.profile.emails[0].value, roberto.email);
    const log = (await emulator.requests()).filter((r) => !r.path.endsWith('favicon.ico'));
    assert.deepEqual(log.map(lineOf), [
      'GET /oauth20_authorize.srf oauth.authorize 200',
      'POST /oauth20_authorize.srf oauth.authorize 302',
      'POST /oauth20_token.srf oauth.token_code 200',
      'GET /v5.0/me user.get 200',
    ]);
    assert.equal(log[0].query.scope[0], 'wl.signin wl.basic wl.emails wl.offline_access');
    assert.equal(log[0].query.locale[0], 'en');
    assert.equal(log[3].had_token, true);
  });

  await t.test('a code is good once', async () => {
    await tab.reload();
    const failure = JSON.parse(await tab.innerText('body'));
    assert.equal(failure.name, 'TokenError');
    assert.equal(failure.code, 'invalid_grant');
  });

  await t.test('no', async () => {
    await tab.goto(`${origin}/auth/windowslive`);
    await tab.getByRole('button', {name: 'No'}).click();
    await tab.waitForURL(`${origin}/**`);
    assert.match(tab.url(), /error=access_denied/);
    assert.equal(await tab.innerText('body'), 'Unauthorized');
  });
});
