import { readFileSync } from 'node:fs'
import { stage } from '@redesmyn/core'
import { expect, test } from 'vitest'

test('R030 one pair of defaults, 256 rows and 0 ms, which the reference and the guide state as well', () => {
  const { config } = stage({ name: 'plain', handler: (batch) => batch.rows() })
  const pages = ['options.md', 'batching.md'].map((page) =>
    readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8'),
  )

  expect([config.batch.maxRows, config.batch.maxDelayMs]).toEqual([256, 0])
  for (const page of pages) {
    expect(page).toMatch(/`batch\.maxRows` \| `?256`? \|/)
    expect(page).toMatch(/`batch\.maxDelayMs` \| `?0`? \|/)
  }
})
