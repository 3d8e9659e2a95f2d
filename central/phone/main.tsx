import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import './phone.css';

const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
// Without it the page works as long as there is a network.
navigator.serviceWorker?.register('/phone/sw.js').catch(() => undefined);
