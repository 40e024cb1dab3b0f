// The page: albums, the photos of one, a photo, a map. Where it is stands behind the # of its address:
// #/  #/album/ALBUM  #/album/ALBUM/PHOTO  #/map

import {showMap} from './map.js';
import {address, date, fileSize, make, period, picture, place, plural, sizesOf, thumbnail, tile, times} from './parts.js';

const byId = id => document.getElementById(id);
const main = byId('main'), status = byId('status'), viewer = byId('viewer'), help = byId('help');

async function ask(path) {
  const answer = await fetch(path);
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error);
  return body;
}

/** Asks once for what does not change while the page is open; after an error, again. */
function once(path) {
  once.asked ??= new Map();
  if (!once.asked.has(path)) {
    once.asked.set(path, ask(path).catch(error => {
      once.asked.delete(path);
      throw error;
    }));
  }
  return once.asked.get(path);
}

const account = () => once('api/albums');
const photosOf = async album => (await once(`api/albums/${encodeURIComponent(album)}`)).photos;

/** All photos with their albums, the albums one after the other. */
async function allPhotos() {
  const all = [];
  for (const album of (await account()).albums) {
    for (const photo of await photosOf(album.id)) all.push({photo, album});
  }
  return all;
}

async function showAlbums() {
  const {albums} = await account();
  const tiles = await Promise.all(albums.map(async album => {
    const photos = await photosOf(album.id);
    const cover = photos[0] ? thumbnail(photos[0]) : make('div', {className: 'none'}, 'no photos');
    const about = [plural(photos.length, 'photo'), period(photos)].filter(Boolean).join(' · ');
    return make('li', {}, make('a', {className: 'tile', href: address(album)},
      cover, make('span', {}, make('b', {textContent: album.name}), about)));
  }));
  const size = albums.reduce((sum, album) => sum + album.size, 0);
  return [
    make('h1', {}, 'Albums'),
    make('p', {className: 'about'}, `${plural(albums.length, 'album')}, ${fileSize(size)}`),
    make('ul', {className: 'tiles'}, ...tiles),
  ];
}

async function showAlbum(id) {
  const album = (await account()).albums.find(a => a.id === id);
  if (!album) throw new Error('There is no such album.');
  const photos = await photosOf(id);
  return [
    make('h1', {textContent: album.name}),
    make('p', {className: 'about'}, [plural(photos.length, 'photo'), period(photos), fileSize(album.size), album.about].filter(Boolean).join(' · ')),
    make('ul', {className: 'tiles'}, ...photos.map(photo => tile(photo, album))),
  ];
}

// A photo.

let shown = null; // {album, photos, index} while the viewer is open
let chosen = 'normal'; // the size, kept from photo to photo

async function openPhoto(albumId, photoId) {
  const album = (await account()).albums.find(a => a.id === albumId);
  const photos = await photosOf(albumId);
  const index = photos.findIndex(p => p.id === photoId);
  if (index < 0) throw new Error('There is no such photo.');
  shown = {album, photos, index};
  const photo = photos[index];
  byId('viewer-name').textContent = photo.name;
  byId('viewer-place').textContent = `${index + 1} / ${photos.length}`;
  byId('viewer-previous').disabled = index === 0;
  byId('viewer-next').disabled = index === photos.length - 1;
  byId('viewer-sizes').replaceChildren(make('legend', {}, 'Size'), ...sizesOf(photo).map(image => {
    const input = make('input', {type: 'radio', name: 'size', value: image.type, checked: image.type === chosen});
    input.addEventListener('change', () => choose(image.type));
    return make('label', {}, input, image.type[0].toUpperCase() + image.type.slice(1), make('small', {}, times(image.width, image.height)));
  }));
  const facts = [
    ['Taken', photo.taken && date(photo.taken, {dateStyle: 'long', timeStyle: 'short'})], ['Camera', photo.camera],
    ['Place', photo.location && place(photo.location)], ['Pixels', times(photo.width, photo.height)],
    ['File', fileSize(photo.size)], ['Comments', photo.comments || ''], ['Description', photo.about],
  ];
  byId('viewer-facts').replaceChildren(...facts.filter(([, value]) => value)
    .map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {textContent: value}))));
  choose(chosen);
  if (!viewer.open) viewer.showModal();
}

/** Loads the photo in a size. */
function choose(size) {
  const photo = shown.photos[shown.index];
  const image = photo.images.find(i => i.type === size) ?? photo.images[0];
  if (!image) return;
  chosen = image.type;
  for (const input of byId('viewer-sizes').querySelectorAll('input')) input.checked = input.value === chosen;
  const img = byId('viewer-photo');
  img.width = image.width;
  img.height = image.height;
  img.alt = photo.about || photo.name;
  img.src = picture(photo, chosen);
}

function go(index) {
  const photo = shown?.photos[index];
  if (photo) location.replace(address(shown.album, photo));
}

/** Goes back to where the photo was opened: the album, or the map. */
function closePhoto() {
  if (openedHere) history.back();
  else if (shown) location.replace(address(shown.album));
}

byId('viewer-close').addEventListener('click', closePhoto);
byId('viewer-previous').addEventListener('click', () => go(shown.index - 1));
byId('viewer-next').addEventListener('click', () => go(shown.index + 1));
viewer.addEventListener('cancel', event => {
  event.preventDefault();
  closePhoto();
});
byId('viewer-photo').addEventListener('error', () => { byId('viewer-photo').alt = 'This photo could not be loaded.'; });

let touched = null;
viewer.addEventListener('pointerdown', event => { touched = event.pointerType === 'touch' ? event.clientX : null; });
viewer.addEventListener('pointerup', event => {
  const moved = touched === null ? 0 : event.clientX - touched;
  touched = null;
  if (Math.abs(moved) > 50) go(shown.index - Math.sign(moved));
});

// Keys.

help.addEventListener('click', event => { if (event.target === help) help.close(); });
byId('help-open').addEventListener('click', () => help.showModal());

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
  if (viewer.open) {
    const last = shown.photos.length - 1;
    const step = {ArrowLeft: shown.index - 1, ArrowRight: shown.index + 1, Home: 0, End: last}[event.key];
    const size = sizesOf(shown.photos[shown.index])[event.key - 1];
    if (step !== undefined) {
      event.preventDefault(); // the arrows would choose another size as well
      go(step);
    } else if (size) choose(size.type);
    return;
  }
  switch (event.key) {
    case 'a': location.hash = '#/'; return;
    case 'm': location.hash = '#/map'; return;
    case '?': help.showModal(); return;
  }
  moveFocus(event);
});

/** Moves the focus among tiles, as they lie. */
function moveFocus(event) {
  const tiles = [...main.querySelectorAll('.tile')];
  const at = tiles.indexOf(document.activeElement);
  const keys = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'];
  if (!tiles.length || !keys.includes(event.key) || (at < 0 && document.activeElement !== main && document.activeElement !== document.body)) return;
  const columns = tiles.filter(t => t.offsetTop === tiles[0].offsetTop).length;
  const to = at < 0 ? 0 : {
    ArrowLeft: at - 1, ArrowRight: at + 1, ArrowUp: at - columns, ArrowDown: at + columns, Home: 0, End: tiles.length - 1,
  }[event.key];
  if (!tiles[to]) return;
  event.preventDefault();
  tiles[to].focus();
}

// Where the page is.

let view = null; // what main shows
let openedHere = false; // whether the photo that is shown was opened from a view of this page
let turn = 0; // of route, so that a slow answer does not replace a later view

async function route() {
  const mine = ++turn;
  const [kind = '', album, photo] = location.hash.slice(2).split('/').map(decodeURIComponent);
  const wanted = kind === 'album' ? `album/${album}` : kind;
  for (const link of document.querySelectorAll('nav a')) {
    if (link.hash === (kind === 'map' ? '#/map' : '#/')) link.setAttribute('aria-current', 'page'); else link.removeAttribute('aria-current');
  }
  const left = shown;
  if (!photo && viewer.open) {
    viewer.close();
    shown = null;
  }
  if (photo && !viewer.open) openedHere = view !== null;
  try {
    if (view !== wanted && !(photo && openedHere)) { // a photo lies over the view that it was opened from
      status.textContent = 'Loading …';
      const {owner} = await account();
      document.querySelector('.title').textContent = `Photos of ${owner}`;
      const content = kind === 'map' ? await showMap(await allPhotos()) : kind === 'album' ? await showAlbum(album) : await showAlbums();
      if (mine !== turn) return;
      main.replaceChildren(...content);
      view = wanted;
      document.title = `${main.querySelector('h1').textContent} – Photos of ${owner}`;
      if (!photo) {
        scrollTo(0, 0);
        if (document.activeElement !== document.body || location.hash.length > 2) main.focus({preventScroll: true});
      }
    }
    if (photo) await openPhoto(album, photo);
    else if (left) main.querySelector(`a[href="${CSS.escape(address(left.album, left.photos[left.index]))}"]`)?.focus();
    status.textContent = '';
  } catch (error) {
    if (mine !== turn) return;
    if (view !== wanted) {
      main.replaceChildren();
      view = null;
    }
    const again = make('button', {type: 'button'}, 'Try again');
    again.addEventListener('click', route);
    status.replaceChildren(`This could not be shown: ${error.message} `, make('form', {}, again));
  }
}

addEventListener('hashchange', route);
route();
