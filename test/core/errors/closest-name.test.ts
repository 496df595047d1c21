import { closestName } from '@redesmyn/core'
import { expect, test } from 'vitest'

test.each([
  ['prot', 'port'],
  ['maxBodyByte', 'maxBodyBytes'],
  ['maxbodybytes', 'maxBodyBytes'],
  ['hsot', 'host'],
])('%s was probably meant as %s', (given, meant) => {
  expect(closestName(given, ['host', 'port', 'maxBodyBytes', 'drainMs'])).toBe(meant)
})

test('a word that is near to none has no suggestion', () => {
  expect(closestName('workers', ['host', 'port', 'maxBodyBytes', 'drainMs'])).toBeUndefined()
})
