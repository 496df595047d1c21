import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ServedApp } from '../http/serving/served-app.ts'

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path))
let app: ServedApp
let browser: Browser | undefined

beforeAll(async () => {
  app = await ServedApp.start('http', 'described/app.js')
  if (executablePath === undefined) return
  // A browser that has never been started here takes its time.
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'], timeout: 80_000 })
}, 90_000)
afterAll(async () => {
  await browser?.close()
  await app.stop()
})

test('M6 the page lists the routes and tries one out, without a request to anywhere else', async ({ skip }) => {
  if (browser === undefined) return skip('chromium is not installed')
  const page = await browser.newPage()
  const requested: string[] = []
  const complaints: string[] = []
  page.on('request', (request) => requested.push(request.url()))
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))

  await page.goto(`${app.url}/docs`)
  await page.waitForSelector('.opblock')
  const paths = await page.$$eval('.opblock-summary-path', (found) => found.map(({ textContent }) => textContent))
  const operation = page.locator('#operations-endpoints-post_exp')
  await operation.locator('.opblock-summary-control').click()
  await operation.locator('.try-out__btn').click()
  await operation.locator('textarea').fill('[{"x": 0}, {"x": 1}]')
  await operation.locator('.execute').click()
  const answer = operation.locator('.live-responses-table .response')
  const status = await answer.locator('.response-col_status').textContent()
  const body = await answer.locator('.highlight-code').first().textContent()

  expect(paths).toEqual(expect.arrayContaining(['/exp', '/half/{by}', '/v1/embeddings', '/metrics']))
  expect(status).toContain('200')
  expect(body?.replace(/\s/g, '')).toContain('"predictions":[1,2.718281828459045]')
  expect(requested).toContain(`${app.url}/exp`)
  expect(requested.filter((url) => !url.startsWith(`${app.url}/`) && !url.startsWith('data:'))).toEqual([])
  expect(complaints).toEqual([])
})
