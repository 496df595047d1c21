import { expect, test } from 'vitest'
// The hash is no part of the public API.
import { partitionKey, rankMembers } from '../../../packages/cascade/dist/between/rendezvous.js'

const keys = Array.from({ length: 10_000 }, (_, index) => `["region","${index.toString(36)}"]`)
const urls = Array.from({ length: 8 }, (_, index) => `https://score-${index + 1}:8443`)

test('a key has the same member first, in whatever order the members are named', () => {
  for (const key of keys.slice(0, 1000)) {
    expect(rankMembers(key, urls.toReversed())).toEqual(rankMembers(key, urls))
  }
})

test.each([2, 3, 5, 8])('every one of %i members gets its share of the keys, within a tenth', (count) => {
  const members = urls.slice(0, count)

  const shares = members.map((member) => keys.filter((key) => rankMembers(key, members)[0] === member).length)

  for (const share of shares) {
    expect(share).toBeGreaterThan((0.9 * keys.length) / count)
    expect(share).toBeLessThan((1.1 * keys.length) / count)
  }
})

test.each([2, 3, 5, 8])(
  'C79 of %i members the last one moves at most 1/n + 5 % of the keys, all of them to itself',
  (count) => {
    const [before, after] = [urls.slice(0, count - 1), urls.slice(0, count)]

    const moved = keys.filter((key) => rankMembers(key, before)[0] !== rankMembers(key, after)[0])

    expect(moved.length).toBeLessThanOrEqual((1 / count + 0.05) * keys.length)
    expect(moved.every((key) => rankMembers(key, after)[0] === urls[count - 1])).toBe(true)
  },
)

test('keys of a member that goes are spread over those that are left', () => {
  const [gone, ...left] = urls.slice(0, 4)
  const homeless = keys.filter((key) => rankMembers(key, [gone ?? '', ...left])[0] === gone)

  const shares = left.map((member) => homeless.filter((key) => rankMembers(key, left)[0] === member).length)

  for (const share of shares) expect(share).toBeGreaterThan((0.8 * homeless.length) / left.length)
})

test('a partition is one key, in whatever order its values are named, and no other', () => {
  expect(partitionKey({ region: 'north', day: '1' })).toBe(partitionKey({ day: '1', region: 'north' }))
  expect(partitionKey({ region: 'north', day: '1' })).not.toBe(partitionKey({ region: 'north","day', day: '1' }))
  expect(partitionKey({})).toBe('')
})
