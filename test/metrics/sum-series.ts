/**
 * The sum of the samples of a scrape that have this name and, where `series` has labels, at least these:
 * `name{stage="a"}`. `undefined` where there is none.
 */
export function sumSeries(scrape: string, series: string): number | undefined {
  const [, name, labels = ''] = /^(\w+)(?:\{(.*)\})?$/.exec(series) ?? []
  const wanted = labels.match(/\w+="[^"]*"/g) ?? []
  const samples = scrape.split('\n').flatMap((line) => {
    const [, found, own = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
    return found === name && wanted.every((label) => own.includes(label)) ? [Number(value)] : []
  })
  return samples.length === 0 ? undefined : samples.reduce((sum, value) => sum + value, 0)
}
