// The map of the page Risk. The page is whole without it: the list below says the same.
import {absolute, inView, landMap} from './land.mjs';
import {Marker, Popup} from './maplibre-gl.mjs';

const NEAREST = 10;
const FINE = 3; // from this zoom the outlines of the world are too coarse
const holder = document.getElementById('map');
const note = document.getElementById('map-note');
const status = document.getElementById('map-status');

function start() {
  const bounds = holder.dataset.bounds?.split(' ').map(Number);
  return landMap(holder, 'Map of the sites', {
    maxZoom: NEAREST,
    bounds: bounds ? [bounds.slice(0, 2), bounds.slice(2)] : [[-150, -50], [170, 72]],
    fitBoundsOptions: {padding: 48, maxZoom: 7},
  });
}

function drawn(tag, attributes) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function mark(level) {
  const shape = drawn('svg', {class: `mark ${level}`, 'aria-hidden': 'true'});
  shape.append(drawn('use', {href: `#mark-${level}`}));
  return shape;
}

/** How the sites that stand together share the levels, the worst first from the top; none is too thin to see. */
function ring(shares, count) {
  const least = shares.map(([, sites]) => Math.max(sites / count, 0.04));
  const whole = least.reduce((sum, share) => sum + share, 0);
  const shape = drawn('svg', {class: 'ring', viewBox: '0 0 40 40', 'aria-hidden': 'true'});
  shape.append(drawn('circle', {class: 'inside', cx: 20, cy: 20, r: 19}));
  let turned = 0;
  shares.forEach(([level], at) => {
    const part = 100 * least[at] / whole;
    shape.append(drawn('circle', {class: level, cx: 20, cy: 20, r: 16, pathLength: 100, transform: 'rotate(-90 20 20)',
      'stroke-dasharray': `${part} ${100 - part}`, 'stroke-dashoffset': -turned}));
    turned += part;
  });
  return shape;
}

function pin(properties) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = `pin ${properties.level}`;
  const known = properties.sites.length === 1 && properties.count === 1 ? `${properties.sites[0].name}: ` : '';
  button.setAttribute('aria-label', known + properties.words);
  const size = Math.round(24 + (properties.count > 1 ? 8 + 6 * Math.log10(properties.count) : 0));
  button.style.width = button.style.height = `${size}px`;
  const shares = Object.entries(properties.levels);
  if (shares.length > 1) button.append(ring(shares, properties.count));
  button.append(mark(properties.level));
  button.classList.toggle('mixed', shares.length > 1);
  if (properties.count > 1) {
    const number = document.createElement('span');
    number.textContent = new Intl.NumberFormat('en', {notation: 'compact'}).format(properties.count);
    button.append(number);
  }
  return button;
}

function told(map, properties, close) {
  const box = document.createElement('div');
  box.className = 'told';
  if (properties.count > 1) {
    const words = document.createElement('p');
    words.textContent = `${properties.words[0].toUpperCase()}${properties.words.slice(1)}.`;
    box.append(words);
  }
  const [west, south, east, north] = properties.bounds;
  if (properties.count > 1 && (west < east || south < north) && map.getZoom() < NEAREST - 0.1) {
    const nearer = document.createElement('button');
    nearer.type = 'button';
    nearer.textContent = 'Show them nearer';
    nearer.addEventListener('click', () => {
      close();
      map.fitBounds([[west, south], [east, north]], {padding: 64, maxZoom: NEAREST});
      map.getCanvas().focus();
    });
    box.append(nearer);
  }
  const list = document.createElement('ul');
  for (const site of properties.sites) {
    const line = document.createElement('li');
    const name = document.createElement(site.page ? 'a' : 'span');
    if (site.page) name.href = holder.dataset.root + site.page;
    name.textContent = site.name;
    const level = document.createElement('span');
    level.className = 'quiet';
    level.textContent = ` ${site.level}${site.approximate ? ', place approximate' : ''}`;
    line.append(name, level);
    list.append(line);
  }
  box.append(list);
  const more = properties.count - properties.sites.length;
  if (more > 0) {
    const rest = document.createElement('p');
    rest.className = 'quiet';
    rest.textContent = `and ${more.toLocaleString('en')} more`;
    box.append(rest);
  }
  return box;
}

function open(map, button, feature) {
  // A box wider than two thirds of the map, or higher than half of it, would be cut off beside some marks.
  const widest = Math.min(320, Math.floor(holder.clientWidth * 2 / 3));
  const popup = new Popup({maxWidth: `${widest}px`, locationOccludedOpacity: 1});
  popup.setLngLat(feature.geometry.coordinates);
  const box = told(map, feature.properties, () => popup.remove());
  box.style.maxHeight = `${Math.floor(holder.clientHeight / 2) - 48}px`;
  popup.setDOMContent(box);
  popup.on('close', () => (button.isConnected ? button : map.getCanvas()).focus());
  popup.addTo(map);
  popup.getElement().addEventListener('keydown', (event) => event.key === 'Escape' && popup.remove());
}

function drawing(map) {
  let markers = [];
  let asking = new AbortController();
  return async () => {
    asking.abort();
    asking = new AbortController();
    const address = inView(map, holder.dataset.places);
    let found;
    try {
      const answer = await fetch(address, {signal: asking.signal});
      if (!answer.ok) throw new Error(`${answer.status}`);
      found = (await answer.json()).features;
    } catch (error) {
      if (error.name !== 'AbortError') status.textContent = 'The marks could not be loaded. The list has them.';
      return;
    }
    const focused = markers.find((marker) => marker.getElement() === document.activeElement)?.getLngLat();
    for (const marker of markers) marker.remove();
    markers = found.map((feature) => {
      const button = pin(feature.properties);
      button.addEventListener('click', (event) => {
        event.stopPropagation();
        open(map, button, feature);
      });
      return new Marker({element: button}).setLngLat(feature.geometry.coordinates).addTo(map);
    });
    if (focused) map.getCanvas().focus();
    const sites = found.reduce((sum, feature) => sum + feature.properties.count, 0);
    status.textContent = `${sites.toLocaleString('en')} ${sites === 1 ? 'site' : 'sites'} in view.`;
    holder.dataset.sites = sites;
  };
}

// On a narrow screen the filters would push the list off it: they open when they are asked for.
if (matchMedia('(max-width: 60rem)').matches) document.querySelector('.filters').open = false;

try {
  const map = start();
  const draw = drawing(map);
  map.on('moveend', draw);
  map.once('load', () => {
    let fine = false;
    const outline = () => {
      const near = map.getZoom() >= FINE;
      const address = near ? inView(map, holder.dataset.land) : absolute(holder.dataset.land);
      if (near || fine) map.getSource('land').setData(address);
      fine = near;
    };
    map.on('moveend', outline);
    outline();
  });
  map.on('idle', () => {
    holder.dataset.countries = map.queryRenderedFeatures({layers: ['land']}).length;
  });
  note.hidden = true;
  draw();
} catch {
  holder.classList.add('without');
}
