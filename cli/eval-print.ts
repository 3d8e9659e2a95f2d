import type { DetectReport, LivenessReport, RecogniseReport } from '../eval/index.js';

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

export function printRecognition(report: RecogniseReport): void {
  console.log(`pack ${report.pack}
photos ${report.images}, faces ${report.faces}, failure to acquire ${percent(report.failureToAcquire)}
gallery ${report.gallery} persons, mated approaches ${report.mated}, non-mated ${report.nonMated}
mate is first in ${percent(report.rank1)}`);
  console.log('FPIR      threshold   FNIR');
  for (const { fpir, threshold, fnir } of report.search) {
    console.log(`${percent(fpir).padEnd(10)}${threshold.toFixed(3).padEnd(12)}${percent(fnir)}`);
  }
  console.log('the pack’s calibration: wanted FPIR, threshold, measured FPIR, FNIR');
  for (const { wanted, threshold, fpir, fnir } of report.calibrated) {
    const cells = [percent(wanted), threshold.toFixed(3), percent(fpir), percent(fnir)];
    console.log(
      cells
        .map(cell => cell.padEnd(12))
        .join('')
        .trimEnd(),
    );
  }
  if (report.pairs) {
    const { n, accuracy, tarAtFar1e3 } = report.pairs;
    console.log(`pairs ${n}: accuracy ${percent(accuracy)}, TAR at FAR 0.1 % ${percent(tarAtFar1e3)}`);
  }
  const stages = Object.entries(report.msPerStage).map(([stage, ms]) => `${stage} ${ms.toFixed(1)}`);
  console.log(`ms a photo: ${stages.join(', ')}`);
}

export function printLiveness(report: LivenessReport): void {
  console.log(`pack ${report.pack}, threshold ${report.threshold}`);
  for (const { species, pictures, noFace, apcer } of report.attacks) {
    console.log(
      `attack ${species}: APCER ${percent(apcer)} of ${pictures} pictures (${noFace} without a face)`,
    );
  }
  console.log(`APCER of the worst species ${percent(report.apcer)}`);
  console.log(
    `BPCER ${percent(report.bpcer)} of ${report.live} pictures (${report.liveNoFace} without a face)`,
  );
  console.log('threshold  APCER     BPCER');
  for (const { threshold, apcer, bpcer } of report.curve) {
    console.log(`${threshold.toFixed(2).padEnd(11)}${percent(apcer).padEnd(10)}${percent(bpcer)}`);
  }
}

export function printDetection(report: DetectReport): void {
  for (const { image, faces, error } of report.images) {
    console.log(`${String(faces).padStart(4)}  ${image}${error ? `  (${error})` : ''}`);
  }
  console.log(
    `${report.faces} faces in ${report.images.length} pictures; ${report.withoutFace} pictures without a face`,
  );
}
