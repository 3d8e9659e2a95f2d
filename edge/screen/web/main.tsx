import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import './screen.css';
import './gate.css';
import './till.css';
import './book.css';
import './menu.css';

const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
