// The contact sheet that examples/backup makes, opened from the disk.

import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {pathToFileURL} from 'node:url';

import {chromium} from 'playwright-core';

import {imagesShown} from './browser.js';

let dir, browser;

before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sheet-'));
  execFileSync('go', ['run', './backup', '-photos', '40', '-speed', '0', '-dir', dir], {cwd: join(import.meta.dirname, '..', '..', 'examples'), stdio: 'ignore'});
  browser = await chromium.launch({executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu']});
});

after(async () => {
  await browser?.close();
  rmSync(dir, {recursive: true, force: true});
});

for (const [name, viewport] of [['1280', {width: 1280, height: 800}], ['360', {width: 360, height: 740}]]) {
  for (const colorScheme of ['light', 'dark']) {
    test(`${name} pixels wide, ${colorScheme}`, async t => {
      const page = await browser.newPage({viewport, colorScheme});
      t.after(() => page.close());
      const asked = [];
      page.on('request', request => asked.push(request.url()));
      await page.goto(pathToFileURL(join(dir, 'index.html')).href);
      await page.getByText('40 photos in 8 albums').waitFor();
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'it is not too wide');
      await imagesShown(page);
      if (process.env.SCREENSHOTS) {
        await page.screenshot({path: join(process.env.SCREENSHOTS, `sheet-${name}-${colorScheme}.jpg`), type: 'jpeg', quality: 82});
      }
      await page.getByRole('link', {name: 'Lisbon'}).click();
      await page.locator('section', {hasText: 'October 2011'}).locator('img').first().scrollIntoViewIfNeeded();
      await page.waitForFunction(() => [...document.querySelectorAll('section')].find(s => s.textContent.includes('October 2011')).querySelector('img').naturalWidth === 600);
      assert.deepEqual(asked.filter(url => !url.startsWith('file:')), [], 'it needs no network');
    });
  }
}
