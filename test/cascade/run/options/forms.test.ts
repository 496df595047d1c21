import { expect, test } from 'vitest'
import { parseRejectLimit } from '../../../../packages/cascade/dist/run/options/reject-limit.js'
import { parseShard } from '../../../../packages/cascade/dist/run/options/shard.js'

test.each([
  ['1000', { kind: 'rows', maxRows: 1000 }],
  ['0', { kind: 'rows', maxRows: 0 }],
  ['0.5%', { kind: 'ratio', maxRatio: 0.005 }],
  ['100%', { kind: 'ratio', maxRatio: 1 }],
  ['100.1%', undefined],
  ['-1', undefined],
  ['1.5', undefined],
  ['%', undefined],
])('%s rows may be rejected: %j', (text, limit) => {
  expect(parseRejectLimit(text)).toEqual(limit)
})

test.each([
  ['1/1', { index: 1, count: 1 }],
  ['3/8', { index: 3, count: 8 }],
  ['9/8', undefined],
  ['0+1/8', { index: 1, count: 8 }],
  ['7+1/8', { index: 8, count: 8 }],
  ['8+1/8', undefined],
  ['0+2/8', undefined],
  ['03/8', undefined],
  ['0/8', undefined],
  ['1/0', undefined],
  ['3', undefined],
  ['3/8/9', undefined],
])('the shard %s is %j', (text, shard) => {
  expect(parseShard(text)).toEqual(shard)
})
