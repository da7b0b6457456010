// The map that the marks of a page stand on: the land that the page names, and controls. Nothing comes from elsewhere.
import {Map, NavigationControl, setWorkerUrl} from './maplibre-gl.mjs';

export function absolute(address) {
  return new URL(address, document.baseURI).href;
}

/** An address with the part of the world that the map shows. */
export function inView(map, address) {
  const shown = map.getBounds();
  const [west, south, east, north] = [shown.getWest(), shown.getSouth(), shown.getEast(), shown.getNorth()];
  const asked = new URL(absolute(address));
  for (const [name, value] of Object.entries({west, south, east, north, zoom: map.getZoom()})) {
    asked.searchParams.set(name, value.toFixed(4));
  }
  return asked.href;
}

/** A map in `holder`, which names its land. `sources` and `layers` lie on the land; other options are MapLibre's. */
export function landMap(holder, title, {sources = {}, layers = [], locale = {}, ...options}) {
  setWorkerUrl(new URL('maplibre-gl-worker.mjs', import.meta.url).href);
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const map = new Map({
    container: holder,
    attributionControl: false,
    renderWorldCopies: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    cooperativeGestures: true,
    fadeDuration: calm ? 0 : 200,
    locale: {'Map.Title': title, 'NavigationControl.ZoomIn': 'Zoom in', 'NavigationControl.ZoomOut': 'Zoom out', ...locale},
    style: {
      version: 8,
      sources: {land: {type: 'geojson', data: absolute(holder.dataset.land)}, ...sources},
      layers: [
        {id: 'sea', type: 'background', paint: {'background-color': '#e4ecee'}},
        {id: 'land', type: 'fill', source: 'land', paint: {'fill-color': '#f7f4ea'}},
        {id: 'borders', type: 'line', source: 'land', paint: {'line-color': '#b9b3a0', 'line-width': 0.8}},
        ...layers,
      ],
    },
    ...options,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({showCompass: false}));
  return map;
}
