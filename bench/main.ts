/** `npm run bench -- [name…] [options]`: benchmarks by name; without a name those that take a minute or two in all. */
interface Benchmark {
  readonly what: string;
  /** Long ones, or those that need something, run only by name. */
  readonly onlyByName?: true;
  readonly load: () => Promise<{ run(args: readonly string[]): Promise<void> }>;
}

const benchmarks: Readonly<Record<string, Benchmark>> = {
  vision: {
    what: 'a 1280×720 JPEG to a decision, against face-api on its wasm backend; a frame of a track against a first frame',
    load: () => import('./vision.js'),
  },
  nets: {
    what: "face-api's own nets in ONNX Runtime against its wasm backend",
    load: () => import('./nets.js'),
  },
  search: {
    what: 'the two best persons among 10,000, 50,000 and 200,000 templates of 512 numbers',
    load: () => import('./search.js'),
  },
  start: {
    what: 'from the start of a process to its first decision with 10,000 templates on disk',
    load: () => import('./start.js'),
  },
  memory: {
    what: 'the memory of a process over many frames [--frames 100000]',
    onlyByName: true,
    load: () => import('./memory.js'),
  },
  ledger: {
    what: 'authorise and capture per second, a backlog of meals [--postgres postgres://…]',
    onlyByName: true,
    load: () => import('./ledger.js'),
  },
  till: {
    what: "from the diner's button to a meal on the till's disk [--meals 2000]",
    load: () => import('./money-till.js'),
  },
  books: {
    what: "a balance and a day's report among many transfers [--transfers 10000000] [--postgres postgres://…]",
    onlyByName: true,
    load: () => import('./money-books.js'),
  },
};

const args = process.argv.slice(2);
const firstOption = args.findIndex(arg => arg.startsWith('-'));
const names = firstOption < 0 ? args : args.slice(0, firstOption);
const options = firstOption < 0 ? [] : args.slice(firstOption);
const unknown = names.filter(name => !(name in benchmarks));

if (unknown.length > 0 || options.includes('--help')) {
  if (unknown.length > 0) console.error(`no benchmark called ${unknown.join(', ')}`);
  console.log('npm run bench -- [name…] [options]');
  for (const [name, { what, onlyByName }] of Object.entries(benchmarks)) {
    console.log(`  ${name.padEnd(8)} ${what}${onlyByName ? '; only by name' : ''}`);
  }
  process.exitCode = unknown.length > 0 ? 2 : 0;
} else {
  for (const [name, { load, onlyByName }] of Object.entries(benchmarks)) {
    if (names.length > 0 ? !names.includes(name) : onlyByName) continue;
    console.log(`\n${name}`);
    await (await load()).run(options);
  }
}
