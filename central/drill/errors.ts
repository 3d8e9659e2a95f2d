import { defineErrors } from '../../protocol/index.js';

export const drillErrors = defineErrors({
  drill_not_found: { status: 404, en: 'There is no such drill at this gate', zh: '该闸机没有此演练' },
  drill_needs_gate: {
    status: 409,
    en: 'A drill needs a gate that is paired and in use',
    zh: '演练需要已配对且在用的闸机',
  },
});
