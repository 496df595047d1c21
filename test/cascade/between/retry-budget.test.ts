import { expect, test } from 'vitest'
import { RetryBudget } from '../../../packages/cascade/dist/between/retry-budget.js'

test('where every attempt fails retries are a tenth of the calls, and the floor', () => {
  const budget = new RetryBudget({ ratio: 0.1, floor: 10 })
  let retries = 0

  for (let call = 0; call < 1000; call++) {
    budget.pay()
    while (budget.takeRetry()) retries += 1
  }

  expect(retries).toBe(110)
})

test('calls that need none save up for a bad moment, though not for a long one', () => {
  const budget = new RetryBudget({ ratio: 0.1, floor: 10 })
  let retries = 0

  for (let call = 0; call < 100_000; call++) budget.pay()
  while (budget.takeRetry()) retries += 1

  expect(retries).toBe(100)
})

test('with nothing to begin with the first retry is paid by ten calls', () => {
  const budget = new RetryBudget({ ratio: 0.1, floor: 0 })

  for (let call = 0; call < 9; call++) budget.pay()
  expect(budget.takeRetry()).toBe(false)
  budget.pay()

  expect(budget.takeRetry()).toBe(true)
  expect(budget.takeRetry()).toBe(false)
})
