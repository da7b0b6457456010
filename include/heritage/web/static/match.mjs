// The map of a record and its candidates. The page is whole without it: the table below says the same.
import {inView, landMap} from './land.mjs';
import {LngLatBounds, Marker, Popup, ScaleControl} from './maplibre-gl.mjs';

const NEAREST = 16;
const DEGREE = 111320; // metres
const holder = document.getElementById('map');
const drawn = JSON.parse(holder.dataset.map);
const own = drawn.marks.find((mark) => mark.number === 0);

/** The square or the circle that the record lies in, as corners. */
function around() {
  if (!own) return null;
  const [lon, lat] = own.at;
  if (drawn.cell) {
    const half = drawn.cell / 2;
    return [[-half, -half], [half, -half], [half, half], [-half, half], [-half, -half]].map(([x, y]) => [lon + x, lat + y]);
  }
  if (!drawn.metres) return null;
  const up = drawn.metres / DEGREE;
  const side = up / Math.max(Math.cos((lat * Math.PI) / 180), 0.01);
  return Array.from({length: 49}, (_, k) => {
    const angle = (k / 24) * Math.PI;
    return [lon + side * Math.cos(angle), lat + up * Math.sin(angle)];
  });
}

function collection(features) {
  return {type: 'FeatureCollection', features: features.map((geometry) => ({type: 'Feature', properties: {}, geometry}))};
}

function start() {
  const corners = around();
  const bounds = new LngLatBounds();
  for (const point of [...drawn.marks.map((mark) => mark.at), ...(corners ?? [])]) bounds.extend(point);
  const lines = own ? drawn.marks.filter((mark) => mark.number).map((mark) => ({type: 'LineString', coordinates: [own.at, mark.at]})) : [];
  const areas = corners ? [{type: 'Polygon', coordinates: [corners]}] : [];
  const map = landMap(holder, 'Map of the record and its candidates', {
    maxZoom: NEAREST,
    bounds,
    fitBoundsOptions: {padding: 56, maxZoom: 14},
    sources: {
      around: {type: 'geojson', data: collection(areas)},
      lines: {type: 'geojson', data: collection(lines)},
    },
    layers: [
      {id: 'around', type: 'fill', source: 'around', paint: {'fill-color': '#8a2c0d', 'fill-opacity': 0.14}},
      {id: 'edge', type: 'line', source: 'around', paint: {'line-color': '#8a2c0d', 'line-width': 1}},
      {id: 'lines', type: 'line', source: 'lines', paint: {'line-color': '#4c5a63', 'line-width': 1, 'line-dasharray': [3, 3]}},
    ],
  });
  map.addControl(new ScaleControl({maxWidth: 120}));
  return map;
}

function mark(map, {number, name, at}) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = number ? 'pin spot' : 'pin spot own';
  button.setAttribute('aria-label', number ? `Candidate ${number}: ${name}` : `The record: ${name}`);
  const sign = document.createElement('span');
  sign.textContent = number || '●';
  button.append(sign);
  const told = document.createElement('p');
  told.textContent = name;
  const popup = new Popup({maxWidth: '18rem', offset: 14}).setDOMContent(told);
  button.addEventListener('click', (event) => {
    event.stopPropagation();
    popup.setLngLat(at).addTo(map);
  });
  // above its point, so that the record's own mark stays in sight where both are in one place
  const set = number ? {anchor: 'bottom', offset: [0, -10]} : {};
  new Marker({element: button, ...set}).setLngLat(at).addTo(map);
}

try {
  const map = start();
  // the record's own mark last: it lies on top
  for (const one of [...drawn.marks].reverse()) mark(map, one);
  document.getElementById('map-note').hidden = true;
  map.once('load', () => {
    map.getSource('land').setData(inView(map, holder.dataset.land));
  });
  map.once('idle', () => {
    holder.dataset.marks = drawn.marks.length;
  });
} catch {
  holder.classList.add('without');
}
