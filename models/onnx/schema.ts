import protobuf from 'protobufjs';

/**
 * The part of the ONNX format that the packs use, field numbers as in the ONNX specification (onnx.proto3, IR
 * version 8). A field that is not listed is dropped on re-encoding; the converter checks that none was needed
 * by running both files.
 */
const proto = `
syntax = "proto3";
message Attribute {
  string name = 1; float f = 2; int64 i = 3; bytes s = 4; Tensor t = 5;
  repeated float floats = 7; repeated int64 ints = 8; repeated bytes strings = 9; int32 type = 20;
}
message Node {
  repeated string input = 1; repeated string output = 2; string name = 3; string opType = 4;
  repeated Attribute attribute = 5; string docString = 6; string domain = 7;
}
message Tensor {
  repeated int64 dims = 1; int32 dataType = 2; repeated float floatData = 4; repeated int32 int32Data = 5;
  repeated int64 int64Data = 7; string name = 8; bytes rawData = 9;
}
message Dimension { oneof value { int64 dimValue = 1; string dimParam = 2; } }
message Shape { repeated Dimension dim = 1; }
message TensorType { int32 elemType = 1; Shape shape = 2; }
message Type { TensorType tensorType = 1; }
message ValueInfo { string name = 1; Type type = 2; }
message Graph {
  repeated Node node = 1; string name = 2; repeated Tensor initializer = 5;
  repeated ValueInfo input = 11; repeated ValueInfo output = 12; repeated ValueInfo valueInfo = 13;
}
message OperatorSet { string domain = 1; int64 version = 2; }
message Model {
  int64 irVersion = 1; string producerName = 2; string producerVersion = 3; int64 modelVersion = 5;
  Graph graph = 7; repeated OperatorSet opsetImport = 8;
}`;

const modelType = protobuf.parse(proto, { keepCase: true }).root.lookupType('Model');

export interface OnnxTensor {
  readonly name?: string;
  readonly dims: readonly number[];
  /** 1 float32, 2 uint8, 7 int64 (TensorProto.DataType). */
  readonly dataType: number;
  readonly rawData?: Uint8Array;
  readonly floatData?: readonly number[];
  readonly int64Data?: readonly number[];
}

export interface OnnxAttribute {
  readonly name: string;
  /** 1 float, 2 int, 3 string, 4 tensor, 6 floats, 7 ints (AttributeProto.AttributeType). */
  readonly type: number;
  readonly f?: number;
  readonly i?: number;
  readonly s?: Uint8Array;
  readonly t?: OnnxTensor;
  readonly floats?: readonly number[];
  readonly ints?: readonly number[];
}

export interface OnnxNode {
  readonly opType: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly name?: string;
  readonly attribute?: readonly OnnxAttribute[];
}

export interface OnnxValueInfo {
  readonly name: string;
  readonly type: {
    readonly tensorType: {
      readonly elemType: number;
      readonly shape: { readonly dim: readonly { readonly dimValue?: number; readonly dimParam?: string }[] };
    };
  };
}

export interface OnnxGraph {
  readonly name: string;
  readonly node: readonly OnnxNode[];
  readonly initializer: readonly OnnxTensor[];
  readonly input: readonly OnnxValueInfo[];
  readonly output: readonly OnnxValueInfo[];
  readonly valueInfo?: readonly OnnxValueInfo[];
}

export interface OnnxModel {
  readonly irVersion: number;
  readonly producerName?: string;
  readonly opsetImport: readonly { readonly domain?: string; readonly version: number }[];
  readonly graph: OnnxGraph;
}

/** Throws when the bytes are no protobuf message. */
export function decodeModel(bytes: Uint8Array): OnnxModel {
  const message = modelType.decode(bytes);
  return modelType.toObject(message, { longs: Number, arrays: true }) as OnnxModel;
}

/** The same object always gives the same bytes. */
export function encodeModel(model: OnnxModel): Uint8Array {
  return modelType.encode(modelType.fromObject(model)).finish();
}
