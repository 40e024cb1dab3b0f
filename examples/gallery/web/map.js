// A map of the photos that know where they were taken. The land is a file of this server; nobody else is asked.

import {make, place, plural, tile} from './parts.js';

const svg = (tag, attributes = {}, ...children) => {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

// The map is measured as land.svg is: in tenths of a degree, from 180° W and 90° N.
const whole = {x: 0, y: 0, width: 3600, height: 1800};
const nearest = 6; // tenths of a degree from left to right

/** Returns the view. all is a list of {photo, album}. */
export async function showMap(all) {
  const points = all.filter(({photo}) => photo.location)
    .map(p => ({...p, x: (p.photo.location.longitude + 180) * 10, y: (90 - p.photo.location.latitude) * 10}));
  const answer = await fetch('land.svg');
  const land = new DOMParser().parseFromString(await answer.text(), 'image/svg+xml').getElementById('land').getAttribute('d');

  const lines = svg('path', {class: 'grid'}), labels = svg('g'), spots = svg('g');
  const canvas = svg('svg', {role: 'group', 'aria-label': 'World map', tabindex: 0}, 
    svg('svg', {...whole, viewBox: '0 0 3600 1800'}, svg('path', {class: 'land', d: land})), // what lies beyond 180° is cut off
    lines, labels, spots);
  const strip = make('section', {className: 'strip', ariaLive: 'polite'});
  const box = {...whole};

  /** Units of the map for a pixel of the screen. */
  const unit = () => box.width / (canvas.clientWidth || 1000);

  function draw() {
    box.height = box.width * (canvas.clientHeight || 500) / (canvas.clientWidth || 1000);
    box.x = Math.min(Math.max(box.x, -box.width / 2), 3600 - box.width / 2);
    box.y = Math.min(Math.max(box.y, -box.height / 2), 1800 - box.height / 2);
    canvas.setAttribute('viewBox', `${box.x} ${box.y} ${box.width} ${box.height}`);
    drawGrid();
    drawSpots();
  }

  function drawGrid() {
    const step = [900, 300, 100, 50, 20, 10, 5, 2, 1, .5].findLast(s => s / unit() >= 75) ?? 900; // a label is that wide
    const digits = step < 10 ? 1 : 0;
    let d = '';
    const texts = [];
    const label = (x, y, value, positive, negative) => texts.push(svg('text', {class: 'degree', x, y, 'font-size': 11 * unit()},
      `${Math.abs(value / 10).toFixed(digits)}°${value === 0 ? '' : value < 0 ? ` ${negative}` : ` ${positive}`}`));
    const round = n => Math.round(n * 100) / 100;
    for (let x = Math.ceil(Math.max(box.x, 0) / step) * step; x <= Math.min(box.x + box.width, 3600); x = round(x + step)) {
      d += `M${x} ${Math.max(box.y, 0)}V${Math.min(box.y + box.height, 1800)}`;
      label(x + 4 * unit(), box.y + box.height - 6 * unit(), x - 1800, 'E', 'W');
    }
    for (let y = Math.ceil(Math.max(box.y, 0) / step) * step; y <= Math.min(box.y + box.height, 1800); y = round(y + step)) {
      d += `M${Math.max(box.x, 0)} ${y}H${Math.min(box.x + box.width, 3600)}`;
      label(box.x + 6 * unit(), y - 4 * unit(), 900 - y, 'N', 'S');
    }
    lines.setAttribute('d', d);
    labels.replaceChildren(...texts);
  }

  /** Draws a circle for the photos that lie too close together to be told apart. */
  function drawSpots() {
    const groups = [];
    for (const point of points) {
      const group = groups.find(g => Math.hypot(g.x - point.x, g.y - point.y) < 34 * unit());
      if (group) group.points.push(point); else groups.push({x: point.x, y: point.y, points: [point]});
    }
    const focused = [...spots.children].indexOf(document.activeElement);
    spots.replaceChildren(...groups.map(group => {
      const count = group.points.length;
      const spot = svg('g', {
        class: 'spot', role: 'button', tabindex: 0,
        'aria-label': `${plural(count, 'photo')} near ${place(group.points[0].photo.location)}, ${group.points[0].album.name}`,
      }, svg('circle', {cx: group.x, cy: group.y, r: (13 + 3 * Math.log2(count)) * unit(), 'stroke-width': 2.5 * unit()}),
      svg('text', {x: group.x, y: group.y, 'font-size': 13 * unit()}, count));
      spot.addEventListener('click', () => choose(group));
      spot.addEventListener('keydown', event => {
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault();
          choose(group);
        }
      });
      return spot;
    }));
    if (focused >= 0) (spots.children[Math.min(focused, spots.children.length - 1)] ?? canvas).focus();
  }

  /** Shows the photos of a spot below the map, and goes nearer if that tells them apart. */
  function choose(group) {
    const count = group.points.length;
    strip.replaceChildren(
      make('h2', {}, `${plural(count, 'photo')} near ${place(group.points[0].photo.location)}`),
      make('ul', {className: 'tiles'}, ...group.points.map(({photo, album}) => tile(photo, album))),
    );
    const xs = group.points.map(p => p.x), ys = group.points.map(p => p.y);
    const spread = Math.max(Math.max(...xs) - Math.min(...xs), 2 * (Math.max(...ys) - Math.min(...ys)));
    if (spread > 0 && box.width > nearest) {
      box.width = Math.max(Math.min(box.width / 3, 2 * spread), nearest);
      center((Math.max(...xs) + Math.min(...xs)) / 2, (Math.max(...ys) + Math.min(...ys)) / 2);
    }
  }

  function center(x, y) {
    box.x = x - box.width / 2;
    box.y = y - box.width * canvas.clientHeight / canvas.clientWidth / 2;
    draw();
  }

  /** Goes nearer (below 1) or farther, and leaves a place of the map where it is. */
  function zoom(factor, x = box.x + box.width / 2, y = box.y + box.height / 2) {
    const width = Math.min(Math.max(box.width * factor, nearest), 3600);
    box.x = x - (x - box.x) * width / box.width;
    box.y = y - (y - box.y) * width / box.width;
    box.width = width;
    draw();
  }

  function showAll() {
    box.width = 3600;
    center(1800, 800); // nobody takes photos at the south pole
  }

  canvas.addEventListener('wheel', event => {
    event.preventDefault();
    const at = canvas.getBoundingClientRect();
    zoom(event.deltaY > 0 ? 1.25 : .8, box.x + (event.clientX - at.left) * unit(), box.y + (event.clientY - at.top) * unit());
  }, {passive: false});

  // One finger, or the mouse, moves the map; two fingers go nearer or farther.
  const fingers = new Map();
  const apart = () => {
    const [a, b] = [...fingers.values()];
    return Math.hypot(a.x - b.x, a.y - b.y);
  };
  canvas.addEventListener('pointerdown', event => {
    if (event.target.closest('.spot')) return;
    fingers.set(event.pointerId, {x: event.clientX, y: event.clientY});
    canvas.setPointerCapture(event.pointerId);
    canvas.classList.add('moving');
  });
  canvas.addEventListener('pointermove', event => {
    const last = fingers.get(event.pointerId);
    if (!last) return;
    const before = fingers.size === 2 ? apart() : 0;
    fingers.set(event.pointerId, {x: event.clientX, y: event.clientY});
    if (fingers.size === 2) {
      if (before && apart()) zoom(before / apart());
      return;
    }
    box.x -= (event.clientX - last.x) * unit();
    box.y -= (event.clientY - last.y) * unit();
    draw();
  });
  for (const end of ['pointerup', 'pointercancel']) {
    canvas.addEventListener(end, event => {
      fingers.delete(event.pointerId);
      if (!fingers.size) canvas.classList.remove('moving');
    });
  }
  canvas.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = box.width / 8;
    const [x, y] = {ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step]}[event.key] ?? [];
    if (x !== undefined) {
      box.x += x;
      box.y += y;
      draw();
    } else if (event.key === '+' || event.key === '=') zoom(.6);
    else if (event.key === '-') zoom(1 / .6);
    else if (event.key === '0') showAll();
    else return;
    event.preventDefault();
  });

  const tool = (text, label, act) => {
    const button = make('button', {type: 'button', ariaLabel: label, title: label}, text);
    button.addEventListener('click', act);
    return button;
  };
  const map = make('div', {className: 'map'}, canvas);
  const tools = make('div', {className: 'tools'},
    tool('+', 'Nearer', () => zoom(.6)), tool('−', 'Farther', () => zoom(1 / .6)), tool('⌂', 'The whole world', showAll));
  new ResizeObserver(draw).observe(map);
  requestAnimationFrame(showAll);
  if (points.length) strip.append(make('p', {}, 'Choose a circle to see its photos.'));
  const without = all.length - points.length;
  return [
    make('h1', {}, 'Map'),
    make('p', {className: 'about'}, `${points.length} of ${all.length} photos know where they were taken` + (without ? '' : ': all of them')),
    make('div', {className: 'atlas'}, map, tools), strip,
  ];
}
