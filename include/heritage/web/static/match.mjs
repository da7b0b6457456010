// The map of a record's page.
import {recordMap} from './record-map.mjs';

const holder = document.getElementById('map');
try {
  recordMap(holder);
  document.getElementById('map-note').hidden = true;
} catch {
  holder.classList.add('without');
}
