import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

type Arrow = typeof import('apache-arrow')
type Polars = typeof import('nodejs-polars').default
type Onnx = typeof import('onnxruntime-node')

/**
 * Large packages that most apps never need, loaded when a handler first asks for what they make. They are the same
 * instances as an `import` in the app gives, so that `instanceof` holds between the two.
 */
export class Libraries {
  readonly #require = createRequire(import.meta.url)
  #arrow: Arrow | undefined
  #polars: Polars | undefined
  #onnx: Onnx | undefined

  get arrow(): Arrow {
    // Its CommonJS build would be a second copy beside the one that apps import.
    this.#arrow ??= this.#require(fileURLToPath(import.meta.resolve('apache-arrow')))
    return this.#arrow as Arrow
  }

  get polars(): Polars {
    this.#polars ??= this.#require('nodejs-polars').default
    return this.#polars as Polars
  }

  get onnx(): Onnx {
    this.#onnx ??= this.#require('onnxruntime-node')
    return this.#onnx as Onnx
  }
}
