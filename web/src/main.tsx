import '@picocss/pico/css/pico.classless.min.css';
import './style.css';
import { render } from 'preact';
import { App } from './app';
import { startClock } from './live/clock';
import { resumeSession } from './session';

startClock();
void resumeSession();
const root = document.getElementById('app');
if (root) render(<App />, root);
