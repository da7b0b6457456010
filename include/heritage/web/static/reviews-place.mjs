// A place that somebody adds, by a click on the map; the fields for it work without.
import {recordMap} from './record-map.mjs';
import {Marker} from './maplibre-gl.mjs';

const holder = document.getElementById('map');
const [lat, lon] = ['lat', 'lon'].map((name) => document.querySelector(`form input[name=${name}]`));

try {
  const {map} = recordMap(holder);
  document.getElementById('map-note').hidden = true;
  if (lat) {
    const sign = document.createElement('span');
    sign.className = 'pin spot new';
    sign.textContent = '+';
    const marker = new Marker({element: sign});
    const fromFields = () => {
      const [y, x] = [lat, lon].map((field) => Number.parseFloat(field.value.replace(',', '.')));
      if (Math.abs(y) <= 90 && Math.abs(x) <= 180) marker.setLngLat([x, y]).addTo(map);
      else marker.remove();
    };
    for (const field of [lat, lon]) field.addEventListener('input', fromFields);
    map.on('click', ({lngLat}) => {
      lat.value = lngLat.lat.toFixed(5);
      lon.value = lngLat.wrap().lng.toFixed(5);
      fromFields();
    });
    fromFields();
    for (const hint of document.querySelectorAll('[data-map-hint]')) hint.hidden = false;
  }
} catch {
  holder.classList.add('without');
}
