// A Chromium that reaches the fixed hosts of Live Connect through liveconnectd.

import {createHash, X509Certificate} from 'node:crypto';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {createServer} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {once} from 'node:events';

import {chromium} from 'playwright-core';

/** Opens a browser that ends with the test. Loopback addresses are reached without the proxy. */
export async function openBrowser(t, emulator, options = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'chromium-'));
  const authority = new X509Certificate(readFileSync(emulator.ca));
  const key = createHash('sha256').update(authority.publicKey.export({type: 'spki', format: 'der'})).digest('base64');
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    headless: true,
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', `--proxy-server=${emulator.proxy}`,
      `--ignore-certificate-errors-spki-list=${key}`, // this authority, and no other
    ],
    ...options,
  });
  t.after(async () => {
    await context.close();
    rmSync(profile, {recursive: true, force: true, maxRetries: 5});
  });
  context.setDefaultTimeout(20_000);
  return context;
}

/** Serves an application's pages on 127.0.0.1 until the test ends, and returns its origin. */
export async function servePages(t, handler) {
  const server = createServer(handler);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

/** Consents on the page of login.live.com as a person does: chooses the account by its name, and says yes. */
export async function consent(page, account) {
  await page.getByRole('radio', {name: account}).check();
  await page.getByRole('button', {name: 'Yes'}).click();
}

/** Takes a picture if SCREENSHOTS names a directory. */
export async function picture(page, name) {
  if (process.env.SCREENSHOTS) await page.screenshot({path: join(process.env.SCREENSHOTS, `${name}.png`), fullPage: true});
}

/** Waits until the images that are on the screen are there. */
export async function imagesShown(page) {
  await page.waitForFunction(() => [...document.images].every(image => {
    const {top, bottom, width} = image.getBoundingClientRect();
    return !width || bottom < 0 || top > innerHeight || (image.complete && image.naturalWidth);
  }));
}
