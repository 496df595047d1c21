/** Repeats `work` for as many seconds as the command line says, and prints how many units it did in a second. */
export async function runLoop(work: () => Promise<number>): Promise<void> {
  const seconds = Number(process.argv[2])
  await repeat(work, Math.min(0.5, seconds / 4))
  const perSecond = await repeat(work, seconds)
  console.log(JSON.stringify({ perSecond }))
}

async function repeat(work: () => Promise<number>, seconds: number): Promise<number> {
  const start = performance.now()
  let units = 0
  let elapsed = 0
  while (elapsed < seconds * 1000) {
    units += await work()
    elapsed = performance.now() - start
  }
  return (units * 1000) / elapsed
}
