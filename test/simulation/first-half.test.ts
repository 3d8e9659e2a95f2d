import { seeds, testLunches } from './lunches.js';

testLunches(1, Math.ceil(seeds / 2));
