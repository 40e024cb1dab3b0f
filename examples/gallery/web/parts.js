// What the views share.

/** Makes an element with properties, attributes where it has no such property, and children. */
export function make(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made) made[name] = value; else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

export const plural = (n, word) => `${n.toLocaleString('en')} ${word}${n === 1 ? '' : 's'}`;
export const times = (width, height) => `${width} × ${height}`;
export const picture = (photo, size) => `photos/${encodeURIComponent(photo.id)}/${size}`;
export const address = (album, photo) => `#/album/${encodeURIComponent(album.id)}` + (photo ? `/${encodeURIComponent(photo.id)}` : '');
const order = ['thumbnail', 'album', 'normal', 'full'];
/** The sizes of a photo, the smallest first. */
export const sizesOf = photo => photo.images.toSorted((a, b) => a.width - b.width || order.indexOf(a.type) - order.indexOf(b.type));

export function fileSize(bytes) {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  for (; bytes >= 1000 && unit < units.length - 1; unit++) bytes /= 1000;
  return `${bytes.toLocaleString('en', {maximumSignificantDigits: unit ? 3 : 20})} ${units[unit]}`;
}

// The service says when a photo was taken by the clock of the camera, as if that showed UTC.
export const date = (time, options) => new Date(time.replace('+0000', 'Z')).toLocaleString('en-GB', {timeZone: 'UTC', ...options});
export const degrees = (value, positive, negative) => `${Math.abs(value).toFixed(3)}° ${value < 0 ? negative : positive}`;
export const place = l => `${degrees(l.latitude, 'N', 'S')}, ${degrees(l.longitude, 'E', 'W')}`;

export function period(photos) {
  const taken = photos.map(p => p.taken).filter(Boolean).sort();
  if (!taken.length) return '';
  const [from, to] = [taken[0], taken.at(-1)].map(t => date(t, {year: 'numeric', month: 'long'}));
  return from === to ? from : `${from} – ${to}`;
}

/** A picture for a tile: the browser chooses among the sizes that there are. */
export function thumbnail(photo) {
  const widths = new Map(sizesOf(photo).filter(i => i.type !== 'full').map(i => [i.width, i.type]));
  return make('img', {
    alt: '', loading: 'lazy', decoding: 'async', sizes: '(max-width: 560px) 45vw, 230px',
    srcset: [...widths].map(([width, type]) => `${picture(photo, type)} ${width}w`).join(', '), src: picture(photo, 'album'),
  });
}

/** A tile that leads to a photo. */
export function tile(photo, album) {
  const facts = [photo.taken && date(photo.taken, {dateStyle: 'medium'}), photo.camera].filter(Boolean).join(' · ');
  return make('li', {}, make('a', {className: 'tile', href: address(album, photo)},
    thumbnail(photo), make('span', {}, make('b', {textContent: photo.name}), facts)));
}
