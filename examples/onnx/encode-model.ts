import { ProtobufWriter } from './protobuf-writer.ts'

/** A constant of a graph: float32 numbers, row after row. */
export interface OnnxConstant {
  readonly name: string
  readonly dims: readonly number[]
  readonly values: readonly number[] | Float32Array
}

export interface OnnxNode {
  /** ONNX operator, for instance `MatMul`. */
  readonly operator: string
  readonly inputs: readonly string[]
  readonly output: string
}

/** A float32 matrix with any number of rows; a text stands for any number of columns, equal ones where it is the same. */
export interface OnnxMatrix {
  readonly name: string
  readonly columnCount: number | string
}

export interface OnnxGraph {
  readonly name: string
  readonly input: OnnxMatrix
  readonly output: OnnxMatrix
  readonly constants: readonly OnnxConstant[]
  /** In the order of execution. */
  readonly nodes: readonly OnnxNode[]
}

// Versions that every onnxruntime of the last years reads.
const irVersion = 8
const opsetVersion = 17
const float32Type = 1

/** A graph as the bytes of an `.onnx` file. Equal graphs are equal bytes. Field numbers are those of onnx.proto. */
export function encodeModel(graph: OnnxGraph): Uint8Array {
  const opset = new ProtobufWriter().text(1, '').integer(2, opsetVersion)
  return new ProtobufWriter()
    .integer(1, irVersion)
    .text(2, 'redesmyn-examples')
    .message(7, encodeGraph(graph))
    .message(8, opset)
    .finish()
}

function encodeGraph({ name, input, output, constants, nodes }: OnnxGraph): ProtobufWriter {
  const writer = new ProtobufWriter()
  for (const node of nodes) writer.message(1, encodeNode(node))
  writer.text(2, name)
  for (const constant of constants) writer.message(5, encodeConstant(constant))
  return writer.message(11, encodeMatrix(input)).message(12, encodeMatrix(output))
}

function encodeNode({ operator, inputs, output }: OnnxNode): ProtobufWriter {
  const writer = new ProtobufWriter()
  for (const input of inputs) writer.text(1, input)
  return writer.text(2, output).text(3, output).text(4, operator)
}

function encodeConstant({ name, dims, values }: OnnxConstant): ProtobufWriter {
  const writer = new ProtobufWriter()
  for (const dim of dims) writer.integer(1, dim)
  const raw = Float32Array.from(values)
  return writer.integer(2, float32Type).text(8, name).bytes(9, new Uint8Array(raw.buffer))
}

function encodeMatrix({ name, columnCount }: OnnxMatrix): ProtobufWriter {
  const rows = new ProtobufWriter().text(2, 'rows')
  const columns = new ProtobufWriter()
  if (typeof columnCount === 'number') columns.integer(1, columnCount)
  else columns.text(2, columnCount)
  const shape = new ProtobufWriter().message(1, rows).message(1, columns)
  const tensor = new ProtobufWriter().integer(1, float32Type).message(2, shape)
  return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensor))
}
