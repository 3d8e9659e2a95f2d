export const drillEn = {
  drill: 'Liveness drill',
  drillAt: 'Liveness drill · {name}',
  drillNote:
    'Choose what is held up, start, and present it again and again: step up, wait for the answer on the gate’s screen, step away for a second. While the drill lasts the gate opens for nobody, so keep another way in.',
  drillLimits:
    'The rates hold for what was held up here and in this light, not for every attack. “At most” is the upper end of the 95 % interval: few presentations prove little.',
  drillStart: 'Start',
  drillEnd: 'End the drill',
  drillRunning: 'Running: {kind}, until {time}',
  drillCounts:
    '{presented} presented: {passed} taken for alive, {stopped} stopped, {noResponse} gone too soon',
  drillMinutes: 'Minutes',
  drillFigure: 'Figure',
  drillPresentations: 'Presentations',
  drillErrors: 'Errors',
  drillRate: 'Rate',
  drillAtMost: 'At most',
  drillWorst: 'APCER of the worst kind: {rate}',
  drillNone: 'Nothing was held up to this gate yet.',
  drillKind_live: 'Person',
  drillKind_print: 'Print',
  drillKind_screen: 'Screen',
  drillKind_mask: 'Mask',
  drillHistory: 'Drills',
  drillBy: 'by {name}',
} as const;
