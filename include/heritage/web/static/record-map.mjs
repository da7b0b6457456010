// A record on a map with the items that may be it. The page is whole without it: a table says the same.
import {inView, landMap} from './land.mjs';
import {LngLatBounds, Marker, Popup, ScaleControl} from './maplibre-gl.mjs';

const NEAREST = 16;
const DEGREE = 111320; // metres
const FIT = {padding: 56, maxZoom: 14};

/** The square or the circle that the record lies in, as corners. */
function around(drawn, own) {
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

/** What is to be drawn: areas, lines from the record to each item, and the part of the world that holds all. */
function shapes(drawn) {
  const own = drawn.marks.find((mark) => mark.number === 0);
  const corners = around(drawn, own);
  const bounds = new LngLatBounds();
  for (const point of [...drawn.marks.map((mark) => mark.at), ...(corners ?? [])]) bounds.extend(point);
  const lines = own ? drawn.marks.filter((mark) => mark.number).map((mark) => ({type: 'LineString', coordinates: [own.at, mark.at]})) : [];
  return {bounds, lines: collection(lines), around: collection(corners ? [{type: 'Polygon', coordinates: [corners]}] : [])};
}

function marker(map, {number, name, title, at}) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = number ? 'pin spot' : 'pin spot own';
  button.setAttribute('aria-label', title);
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
  return new Marker({element: button, ...set}).setLngLat(at).addTo(map);
}

/** A map in `holder` of what it names in data-map. The `show` of what it gives draws something else on it. */
export function recordMap(holder) {
  let drawn = JSON.parse(holder.dataset.map);
  const first = shapes(drawn);
  const map = landMap(holder, drawn.words.map, {
    maxZoom: NEAREST,
    bounds: first.bounds,
    fitBoundsOptions: FIT,
    locale: {'NavigationControl.ZoomIn': drawn.words.nearer, 'NavigationControl.ZoomOut': drawn.words.farther},
    sources: {
      around: {type: 'geojson', data: first.around},
      lines: {type: 'geojson', data: first.lines},
    },
    layers: [
      {id: 'around', type: 'fill', source: 'around', paint: {'fill-color': '#8a2c0d', 'fill-opacity': 0.14}},
      {id: 'edge', type: 'line', source: 'around', paint: {'line-color': '#8a2c0d', 'line-width': 1}},
      {id: 'lines', type: 'line', source: 'lines', paint: {'line-color': '#4c5a63', 'line-width': 1, 'line-dasharray': [3, 3]}},
    ],
  });
  map.addControl(new ScaleControl({maxWidth: 120}));
  // the record's own mark last: it lies on top
  const marks = () => [...drawn.marks].reverse().map((mark) => marker(map, mark));
  let markers = marks();
  const land = () => map.getSource('land').setData(inView(map, holder.dataset.land));
  const loaded = new Promise((done) => map.once('load', done));
  loaded.then(land);
  const told = () => map.once('idle', () => {
    holder.dataset.marks = drawn.marks.length;
  });
  told();

  async function show(next) {
    drawn = next;
    for (const one of markers) one.remove();
    markers = marks();
    await loaded;
    if (drawn !== next) return;
    const {bounds, lines, around: area} = shapes(drawn);
    map.getSource('lines').setData(lines);
    map.getSource('around').setData(area);
    map.resize();
    map.fitBounds(bounds, {...FIT, animate: false});
    land();
    told();
  }
  return {map, show};
}
