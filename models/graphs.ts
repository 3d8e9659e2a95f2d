import { modelErrors } from './errors.js';

/** Makes an ONNX file out of another library's weight files. Contents come in the manifest's order. */
export type GraphBuilder = (contents: readonly Uint8Array[]) => Uint8Array;

const builders: Readonly<Record<string, GraphBuilder>> = {};

/** @throws bad_model when no builder has that name */
export function buildGraph(name: string, contents: readonly Uint8Array[]): Uint8Array {
  const build = builders[name];
  if (build === undefined) {
    throw modelErrors.bad_model({ pack: name, net: name, problem: 'no such graph builder' });
  }
  return build(contents);
}
