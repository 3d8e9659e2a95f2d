import { seeds, testLunches } from './lunches.js';

testLunches(1 + Math.ceil(seeds / 2), Math.floor(seeds / 2));
