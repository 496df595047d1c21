import { type Family, parseExposition } from '../../../worker/observe/parse-exposition.ts'
import type { CascadeProcess } from '../../cascade-process.ts'

/** Where the run answers `GET /metrics`, as it says on stderr. */
export async function metricsUrl(run: CascadeProcess): Promise<string> {
  return (await run.told(/metrics at (\S+)/))[1]
}

export async function scrape(url: string): Promise<ReadonlyMap<string, Family>> {
  return parseExposition(await (await fetch(url)).text())
}

/** Looks again and again until it finds something. What never comes is the test's own time that ends. */
export async function until<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
