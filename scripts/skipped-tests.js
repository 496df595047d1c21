/** A vitest reporter that names every skipped test, so that nothing is left out silently. */
export default class SkippedTests {
  onTestRunEnd(modules) {
    const skipped = modules.flatMap((module) => [...module.children.allTests('skipped')])
    if (skipped.length === 0) return
    console.log(`Skipped ${skipped.length}:`)
    for (const test of skipped) console.log(`  ${test.fullName}${reasonOf(test)}`)
  }
}

function reasonOf(test) {
  const note = test.result().note
  return note === undefined ? '' : ` (${note})`
}
