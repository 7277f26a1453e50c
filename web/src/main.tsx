import '@picocss/pico/css/pico.classless.min.css';
import './style.css';
import { render } from 'preact';
import { App } from './app';
import { startClock } from './live/clock';
import { followLinks, resumeSession } from './session';

startClock();
followLinks();
void resumeSession();
const root = document.getElementById('app');
if (root) render(<App />, root);
