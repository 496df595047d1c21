import { createRequire } from 'node:module'
import { type Codec, createRecordCodec } from '@redesmyn/core'

type Msgpack = typeof import('@msgpack/msgpack')

const mediaTypes = ['application/msgpack', 'application/vnd.msgpack', 'application/x-msgpack']

/**
 * Records as MessagePack: one map is one record, an array of maps a list of them, both ways. Bytes are `bin`, 64-bit
 * integers `int 64`. The package `@msgpack/msgpack` is loaded with the first body.
 */
export function msgpack(): Codec {
  const require = createRequire(import.meta.url)
  let loaded: Msgpack | undefined
  const library = (): Msgpack => {
    loaded ??= require('@msgpack/msgpack') as Msgpack
    return loaded
  }
  const decode = (body: Uint8Array): never => {
    // What comes out is checked as every record is; no type can be promised before.
    return library().decode(body, { useBigInt64: true }) as never
  }
  const encode = (rows: readonly unknown[], { isSingle }: { readonly isSingle: boolean }): Uint8Array => {
    return library().encode(isSingle ? rows[0] : rows, { useBigInt64: true })
  }
  return createRecordCodec({ name: 'msgpack', mediaTypes, decode, encode }, { narrowsBigInts: true })
}
