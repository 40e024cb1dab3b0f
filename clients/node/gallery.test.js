// The gallery of examples/gallery, as a person uses it: with the mouse, with the keyboard, on a phone.

import assert from 'node:assert/strict';
import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {after, before, test} from 'node:test';

import {chromium} from 'playwright-core';

import {imagesShown} from './browser.js';

const photos = 24; // in eight albums; those of one know nothing of where they were taken
let dir, program, address, browser;

before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'gallery-'));
  execFileSync('go', ['build', '-o', join(dir, 'gallery'), './gallery'], {cwd: join(import.meta.dirname, '..', '..', 'examples'), stdio: 'inherit'});
  program = spawn(join(dir, 'gallery'), ['-photos', String(photos)], {stdio: ['ignore', 'pipe', 'inherit']});
  const [line] = await once(createInterface({input: program.stdout}), 'line');
  address = line.match(/http:\S+/)[0];
  browser = await chromium.launch({executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu']});
});

after(async () => {
  await browser?.close();
  program.kill('SIGINT');
  const [code] = await once(program, 'exit');
  rmSync(dir, {recursive: true, force: true});
  assert.equal(code, 0, 'Ctrl-C is how it is meant to end');
});

/** Opens the gallery. The test fails if the page complains, or asks anybody else. */
async function open(t, options = {}, at = '') {
  const page = await browser.newPage({viewport: {width: 1280, height: 800}, ...options});
  page.setDefaultTimeout(20_000);
  const trouble = [];
  page.on('console', message => { if (message.type() === 'error') trouble.push(message.text()); });
  page.on('pageerror', error => trouble.push(String(error)));
  page.on('request', request => { if (!request.url().startsWith(address)) trouble.push(`asked ${request.url()}`); });
  t.after(async () => {
    await page.close();
    assert.deepEqual(trouble, []);
  });
  await page.goto(address + at);
  return page;
}

const heading = (page, name) => page.getByRole('heading', {level: 1, name}).waitFor();

/** Waits until the photo in the viewer is there, and returns its width. */
const width = page => page.waitForFunction(() => {
  const img = document.getElementById('viewer-photo');
  return img.complete && img.naturalWidth;
}).then(handle => handle.jsonValue());

test('albums, photos and sizes, with the mouse', async t => {
  const page = await open(t);
  await heading(page, 'Albums');
  assert.equal(await page.title(), 'Albums – Photos of Roberto Tamburello');
  assert.equal(await page.locator('.tile').count(), 9);
  await page.getByRole('link', {name: 'Bergen & the fjords'}).click();
  await heading(page, 'Bergen & the fjords');
  await page.getByText('3 photos · June 2011').waitFor();

  const asked = [];
  page.on('request', request => { if (/\/photos\//.test(request.url())) asked.push(request.url().split('/').at(-1)); });
  await page.getByRole('link', {name: 'IMG_1001.jpg'}).click();
  const viewer = page.getByRole('dialog', {name: 'IMG_1001.jpg'});
  await viewer.waitFor();
  assert.equal(await width(page), 800);
  await viewer.getByText('Canon EOS 600D').waitFor();
  assert.ok(!asked.includes('full'), 'the original was not asked for');
  for (const [name, pixels] of [['Full', 900], ['Thumbnail', 96], ['Album', 176]]) {
    await viewer.getByText(name).click();
    await page.waitForFunction(pixels => document.getElementById('viewer-photo').naturalWidth === pixels, pixels);
  }
  assert.ok(asked.includes('full'));

  await viewer.getByRole('button', {name: 'Next photo'}).click();
  await page.getByRole('dialog', {name: 'IMG_1002.jpg'}).waitFor();
  assert.equal(await width(page), 176, 'the size stays');
  assert.ok(await page.getByRole('button', {name: 'Next photo'}).isDisabled());
  await page.getByRole('button', {name: 'Previous photo'}).click();
  await viewer.waitFor();
  await page.getByRole('button', {name: 'Close'}).first().click();
  await page.locator('#viewer').waitFor({state: 'hidden'});
  await page.goBack();
  await heading(page, 'Albums');
});

test('the keyboard alone', async t => {
  const page = await open(t);
  await heading(page, 'Albums');
  const focused = () => page.evaluate(() => document.activeElement.querySelector('b')?.textContent);
  for (const [key, name] of [
    ['ArrowRight', 'Bergen & the fjords'], ['ArrowRight', "Grandmother's album"], ['ArrowDown', 'Pictures'], ['ArrowUp', "Grandmother's album"],
    ['End', 'Tromsø, polar night'], ['Home', 'Bergen & the fjords'],
  ]) {
    await page.keyboard.press(key);
    assert.equal(await focused(), name, key);
  }
  await page.keyboard.press('Enter');
  await heading(page, 'Bergen & the fjords');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', {name: 'IMG_1000.jpg'}).waitFor();
  await page.keyboard.press('ArrowRight');
  await page.getByRole('dialog', {name: 'IMG_1001.jpg'}).waitFor();
  await page.keyboard.press('1');
  await page.waitForFunction(() => document.getElementById('viewer-photo').naturalWidth === 96);
  await page.keyboard.press('End');
  await page.getByRole('dialog', {name: 'IMG_1002.jpg'}).waitFor();
  await page.keyboard.press('ArrowRight'); // there is no next one
  await page.keyboard.press('Escape');
  await page.locator('#viewer').waitFor({state: 'hidden'});
  assert.equal(await focused(), 'IMG_1002.jpg', 'the focus is on the photo that was seen last');

  await page.keyboard.press('?');
  await page.getByRole('dialog', {name: 'Keys'}).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('m');
  await heading(page, 'Map');
  await page.keyboard.press('a');
  await heading(page, 'Albums');
});

test('the map', async t => {
  const page = await open(t, {}, '#/map');
  await heading(page, 'Map');
  await page.getByText(`${photos - photos / 8} of ${photos} photos know where they were taken`).waitFor();
  const spots = page.locator('.spot');
  await spots.first().waitFor();
  const counted = async () => (await spots.locator('text').allTextContents()).reduce((sum, n) => sum + Number(n), 0);
  assert.equal(await spots.count(), 7);
  assert.equal(await counted(), photos - photos / 8);

  // Bergen lies where Bergen is: 60.4° N, 5.3° E on a map of the whole width of the earth.
  const map = await page.locator('.map').boundingBox();
  const bergen = await page.getByRole('button', {name: /Bergen/}).boundingBox();
  const center = (bergen.x + bergen.width / 2 - map.x) / map.width;
  assert.ok(Math.abs(center - (5.3 + 180) / 360) < .005, `Bergen is at ${center} of the width`);

  await page.getByRole('button', {name: /Bergen/}).click();
  await page.getByRole('heading', {level: 2, name: /3 photos near 60/}).waitFor();
  assert.equal(await page.locator('.strip .tile').count(), 3);
  const viewBox = () => page.locator('.map > svg').getAttribute('viewBox');
  const near = await viewBox();
  await page.getByRole('button', {name: 'The whole world'}).click();
  assert.equal(await spots.count(), 7);
  const far = await viewBox();
  assert.notEqual(near, far);
  for (const key of ['ArrowLeft', 'ArrowUp', '+', '-']) {
    const before = await viewBox();
    await page.locator('.map > svg').press(key);
    assert.notEqual(await viewBox(), before, key);
  }
  await page.locator('.map > svg').press('0');
  assert.equal(await viewBox(), far);
  await page.mouse.move(map.x + map.width / 2, map.y + map.height * .9);
  await page.mouse.down();
  await page.mouse.move(map.x + map.width / 2 + 120, map.y + map.height * .9);
  await page.mouse.up();
  assert.notEqual(await viewBox(), far, 'the mouse moves it');
  await page.mouse.wheel(0, -300);
  await page.waitForFunction(() => Number(document.querySelector('.map > svg').getAttribute('viewBox').split(' ')[2]) < 3600);

  await page.getByRole('button', {name: 'The whole world'}).click();
  const lisbon = page.getByRole('button', {name: /Lisbon/});
  await lisbon.focus();
  await page.keyboard.press('Enter');
  const zoomed = await viewBox();
  await page.locator('.strip .tile').first().click();
  await page.locator('#viewer[open]').waitFor();
  await page.getByRole('button', {name: 'Next photo'}).click();
  await page.getByRole('dialog', {name: 'IMG_1001.jpg'}).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('#viewer').waitFor({state: 'hidden'});
  assert.equal(await viewBox(), zoomed, 'the map is as it was');
});

test('a photo by its address', async t => {
  const page = await open(t);
  await page.getByRole('link', {name: 'Lisbon'}).click();
  await page.locator('.tile').first().click();
  await page.locator('#viewer[open]').waitFor();
  const {hash} = new URL(page.url());
  const other = await open(t, {}, hash);
  await other.locator('#viewer[open]').waitFor();
  await other.keyboard.press('Escape');
  await heading(other, 'Lisbon');
  await other.locator('#viewer').waitFor({state: 'hidden'});
});

test('what cannot be shown is said, and tried again', async t => {
  const page = await browser.newPage();
  t.after(() => page.close());
  await page.route('**/api/albums', route => route.fulfill({status: 502, json: {error: 'The line is dead.'}}), {times: 1});
  await page.goto(address);
  await page.getByText('This could not be shown: The line is dead.').waitFor();
  await page.getByRole('button', {name: 'Try again'}).click();
  await heading(page, 'Albums');
  await page.goto(`${address}#/album/folder.of.nobody`);
  await page.getByText('There is no such album.').waitFor();
});

for (const [name, size] of [['1280', {width: 1280, height: 800}], ['360', {width: 360, height: 740}]]) {
  for (const colorScheme of ['light', 'dark']) {
    test(`${name} pixels wide, ${colorScheme}: nothing is cut off`, async t => {
      const page = await open(t, {viewport: size, colorScheme, hasTouch: name === '360'});
      const check = async what => {
        await imagesShown(page);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${what} is not too wide`);
        if (process.env.SCREENSHOTS) {
          const path = join(process.env.SCREENSHOTS, `gallery${what}-${name}-${colorScheme}.jpg`);
          await page.screenshot({path, type: 'jpeg', quality: 82});
        }
      };
      await heading(page, 'Albums');
      await check('');
      await page.getByRole('link', {name: 'Hokkaidō'}).click();
      await heading(page, 'Hokkaidō 北海道');
      await check('-album');
      await page.locator('.tile').first().click();
      assert.equal(await width(page), 800);
      for (const part of ['#viewer-photo', '#viewer-close', '#viewer-next', '#viewer-sizes label:last-of-type']) {
        const box = await page.locator(part).boundingBox();
        assert.ok(box.x >= 0 && box.x + box.width <= size.width && box.y >= 0 && box.y + box.height <= size.height, `${part} is on the screen`);
      }
      await check('-photo');
      await page.keyboard.press('Escape');
      await page.getByRole('link', {name: 'Map'}).click();
      await page.locator('.spot').first().waitFor();
      await check('-map');
    });
  }
}
